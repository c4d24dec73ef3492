package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.runtime.config.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityFieldsTest {
    private static final String[] FROM_A_PROXY = {
        "Host", "site.test",
        "X-Forwarded-For", "198.51.100.7",
        "X-Forwarded-Proto", "https",
        "X-Forwarded-Host", "front.test",
        "Forwarded", "for=198.51.100.7",
        "X-Real-IP", "198.51.100.7",
        "True-Client-IP", "198.51.100.7",
        "From", "me@site.test",
        "Via", "1.1 front",
        "CDN-Loop", "cdn",
        "Accept", "*/*"
    };

    private static HeaderFields sent(Identity identity, boolean trusted, String... fields) {
        Exchange exchange = Exchanges.of(identity, true, trusted, fields);
        assertThat(new IdentifyClient().run(exchange)).isEqualTo(Verdict.PROCEED);
        return IdentityFields.forOrigin(exchange, "weir");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # identity | trusted | field             | what the origin gets
                    DISCLOSE   | false   | X-Forwarded-For   | 192.0.2.1
                    DISCLOSE   | true    | X-Forwarded-For   | 198.51.100.7, 192.0.2.1
                    DISCLOSE   | true    | X-Real-IP         | 198.51.100.7
                    DISCLOSE   | true    | Forwarded         | for=198.51.100.7, for=192.0.2.1;host=site.test;proto=https
                    DISCLOSE   | false   | CDN-Loop          | cdn, weir
                    ANONYMOUS  | false   | CDN-Loop          | cdn
                    UNTOUCHED  | false   | CDN-Loop          | cdn
                    DISCLOSE   | false   | X-Forwarded-Proto | http
                    DISCLOSE   | true    | X-Forwarded-Proto | https
                    DISCLOSE   | false   | X-Forwarded-Host  | site.test
                    DISCLOSE   | true    | X-Forwarded-Host  | front.test
                    DISCLOSE   | false   | Forwarded         | for=192.0.2.1;host=site.test;proto=http
                    DISCLOSE   | false   | X-Real-IP         | -
                    DISCLOSE   | false   | True-Client-IP    | -
                    DISCLOSE   | false   | Via               | 1.1 front, 1.1 weir
                    ANONYMOUS  | false   | X-Forwarded-For   | -
                    ANONYMOUS  | true    | X-Forwarded-For   | -
                    ANONYMOUS  | true    | X-Forwarded-Host  | -
                    ANONYMOUS  | true    | Forwarded         | -
                    ANONYMOUS  | true    | X-Real-IP         | -
                    ANONYMOUS  | false   | True-Client-IP    | -
                    ANONYMOUS  | false   | From              | -
                    ANONYMOUS  | false   | Via               | 1.1 weir
                    ANONYMOUS  | false   | Accept            | */*
                    UNTOUCHED  | false   | X-Forwarded-For   | 198.51.100.7
                    UNTOUCHED  | false   | Via               | 1.1 front
                    UNTOUCHED  | false   | From              | me@site.test
                    """)
    void tellsWhatTheIdentitySays(Identity identity, boolean trusted, String field, String expected) {
        assertThat(sent(identity, trusted, FROM_A_PROXY).combined(field).orElse("-"))
                .isEqualTo(expected);
    }

    @Test
    void anonymousTellsNothingOfTheClient() {
        HeaderFields sent = sent(Identity.ANONYMOUS, true, FROM_A_PROXY);
        assertThat(sent.toString()).doesNotContain("192.0.2.1", "198.51.100.7", "me@", "front");
    }

    @ParameterizedTest
    @EnumSource(Identity.class)
    void dropsWhatIsOfThisConnectionOnly(Identity identity) {
        HeaderFields sent = sent(
                identity,
                true,
                "Host",
                "site.test",
                "Connection",
                "close, X-Mine",
                "X-Mine",
                "1",
                "Keep-Alive",
                "timeout=5",
                "Proxy-Connection",
                "keep-alive",
                "Proxy-Authorization",
                "Basic eDp5",
                "HTTP2-Settings",
                "AAMAAABkAAQAAP__");
        for (String name : new String[] {
            "Connection", "X-Mine", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "HTTP2-Settings"
        }) {
            assertThat(sent.contains(name)).as(name).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "x-host",
                "Weir-Debug",
                "Weir_Debug",
                "X-Forwarded-Prefix",
                "X-Forwarded-Port",
                "X-FORWARDED-SCHEME",
                "X-Forwarded-Protocol",
                "X-Forwarded-Ssl",
                "X-Forwarded-Path",
                "X-Forwarded-Uri",
                "X-Forwarded-Method",
                "X-Original-Method",
                "X-HTTP-Host-Override",
                "X-Url-Scheme",
                "Front-End-Https",
                "FRONT_END_HTTPS",
                "X_Forwarded_Host",
                "x_original_url",
                "Content_Length",
                "TRANSFER_ENCODING"
            })
    void dropsWhatWouldMeanAnotherRequestThanTheOneJudged(String name) {
        for (Identity identity : Identity.values()) {
            for (boolean trusted : new boolean[] {false, true}) {
                assertThat(sent(identity, trusted, "Host", "site.test", name, "/admin")
                                .contains(name))
                        .as(identity.word())
                        .isFalse();
            }
        }
        assertThat(IdentityFields.trailers(HeaderFields.of(name, "/admin", "X-Sum", "1")))
                .isEqualTo(HeaderFields.of("X-Sum", "1"));
    }
}
