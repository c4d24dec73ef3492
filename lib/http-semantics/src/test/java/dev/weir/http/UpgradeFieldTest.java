package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which protocols of Upgrade are handed on (RFC 9110 §7.8). */
class UpgradeFieldTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "h2c",
                "H2C",
                "h2c/1",
                "h2c-14",
                "h2",
                "h2-16",
                "h3",
                "HTTP/2.0",
                "HTTP/2",
                "HTTP/1.1",
                "http",
                "http2",
                "HTTPS",
                "TLS/1.0",
                "tls",
                "\"h2c\"",
                "h2c;x",
                "h2c x",
                "foo;h2c",
                "foo bar",
                "foo/",
                "/1",
                "foo/1/2",
                "\"foo, h2c\"",
                "\"",
                "f\u00f6o",
                "",
                " , ,\t"
            })
    void isDropped(String value) {
        assertThat(UpgradeField.withoutHttp(List.of(value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        websocket                     | websocket
        WebSocket                     | WebSocket
        SPDY/3.1                      | SPDY/3.1
        IRC/6.9, RTA/x11              | IRC/6.9, RTA/x11
        tls-ish                       | tls-ish
        xh2c                          | xh2c
        websocket, H2C                | websocket
        h2c,websocket                 | websocket
        ' foo ,,h2c/2 , HTTP/2.0,bar' | foo, bar
        '"a, foo, b"'                 | foo
        """)
    void keepsTheOthers(String value, String kept) {
        assertThat(UpgradeField.withoutHttp(List.of(value))).isEqualTo(kept);
    }

    @Test
    void makesOneLine() {
        assertThat(UpgradeField.withoutHttp(List.of("foo", "h2c", "bar/1"))).isEqualTo("foo, bar/1");
        assertThat(UpgradeField.withoutHttp(List.of())).isEmpty();
    }
}
