package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            3986 §3.2.2, example.com,          example.com,      -1
            9110 §4.2.3, EXAMPLE.com:8080,     example.com,      8080
            3986 §3.2.2, example.com.,         example.com.,     -1
            3986 §3.2.2, a_b-c.example,        a_b-c.example,    -1
            3986 §3.2.2, 192.0.2.7:80,         192.0.2.7,        80
            3986 §3.2.2, [2001:DB8::1]:443,    [2001:db8::1],    443
            3986 §3.2.2, [::ffff:192.0.2.7],   [::ffff:192.0.2.7], -1
            3986 §3.2.2, [::],                 [::],             -1
            3986 §3.2.2, 1.2.3.example,        1.2.3.example,    -1
            3986 §3.2.3, example.com:,         example.com,      -1
            3986 §3.2.3, [::1]:,               [::1],            -1
            3986 §3.2.2, localhost:65535,      localhost,        65535
            """)
    void readsValidOnes(String rfc, String text, String host, int port) {
        assertThat(Authority.parse(text)).as(rfc).contains(new Authority(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a:0",
                "a:080",
                "a:65536",
                "a:99999",
                "a:123456",
                "a:8x",
                "a:-1",
                "a b",
                "a/b",
                "u@a",
                "a,b",
                "a%20b",
                "a..b",
                ".a",
                ".",
                "a:80:80",
                "::1",
                "[::1",
                "[::1]x",
                "a::",
                "a: ",
                "[]:",
                "[]",
                "[",
                "[v1.a]",
                "[::1%25eth0]",
                "[1::2::3]",
                "[1:2:3:4:5:6:7:8:9]",
                "[12345::]",
                "127.1",
                "0x7f.1",
                "2130706433",
                "0x7f000001",
                "127.0.0.01",
                "256.1.1.1",
                "127.0.0.1.",
                "ex\u00e4mple",
                "a\tb",
                "a\u0000"
            })
    void refusesWhatCouldBeReadOtherwise(String text) {
        assertThat(Authority.parse(text)).isEmpty();
    }

    @Test
    void refusesOverlongHosts() {
        assertThat(Authority.parse("a".repeat(256))).isEmpty();
    }

    @Test
    void knowsDefaultPorts() {
        Authority plain = new Authority("a.example", Authority.NO_PORT);
        assertThat(plain.effectivePort("https")).isEqualTo(443);
        assertThat(plain.effectivePort("http")).isEqualTo(80);
        assertThat(new Authority("a.example", 443).withoutDefaultPort("https")).isEqualTo(plain);
        assertThat(new Authority("a.example", 443).withoutDefaultPort("http").port())
                .isEqualTo(443);
        assertThat(plain.sameAs(new Authority("a.example", 80), "http")).isTrue();
        assertThat(plain).hasToString("a.example");
        assertThat(new Authority("[::1]", 8080)).hasToString("[::1]:8080");
        assertThat(new Authority("[::1]", 8080).dialHost()).isEqualTo("::1");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            192.0.2.7,                 192.0.2.7
            ::1,                       0:0:0:0:0:0:0:1
            2001:db8::a:b,             2001:db8:0:0:0:0:a:b
            1:2:3:4:5:6:7::,           1:2:3:4:5:6:7:0
            ::2:3:4:5:6:7:8,           0:2:3:4:5:6:7:8
            1:2:3:4:5:6:192.0.2.7,     1:2:3:4:5:6:c000:207
            ::ffff:192.0.2.7,          192.0.2.7
            """)
    void readsAddressLiterals(String text, String address) {
        assertThat(IpLiteral.parse(text).orElseThrow().getHostAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.4 ",
                ":",
                ":::",
                ":1",
                "1:",
                "1::2:",
                "1:2:3:4:5:6:7",
                "::1.2.3",
                "::1.2.3.4:5",
                "1:2:3:4:5:6:7:8::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "g::",
                "fe80::1%eth0",
                "1:2:3:4::5:6:7:8"
            })
    void refusesOtherLiterals(String text) {
        assertThat(IpLiteral.parse(text)).isEmpty();
    }
}
