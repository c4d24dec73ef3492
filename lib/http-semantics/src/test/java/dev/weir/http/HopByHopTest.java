package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopByHopTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §7.6.1 # X-Foo              # X-Foo           # true
            9110 §7.6.1 # close, x-foo       # X-Foo           # true
            9110 §7.6.1 # keep-alive         # Keep-Alive      # true
            9110 §7.6.1 # close              # TE              # true
            9110 §7.6.1 # close              # Upgrade         # true
            9110 §7.6.1 # close              # Transfer-Encoding # true
            9110 §7.6.1 # close              # Proxy-Connection # true
            9113 §8.2.2 # close              # HTTP2-Settings  # true
            9110 §11.7  # close              # Proxy-Authorization # true
            9110 §11.7  # close              # Proxy-Authenticate # true
            9110 §11.7  # close              # Proxy-Authentication-Info # true
            9110 §6.6.2 # close              # Trailer         # false
            9110 §7.6.1 # close              # X-Foo           # false
            9110 §7.6.1 # Host               # Host            # false
            9110 §7.6.1 # content-length     # Content-Length  # false
            9110 §7.6.1 # Authorization      # Authorization   # false
            9110 §7.6.1 # X-Forwarded-For    # X-Forwarded-For # false
            9110 §7.6.1 # x-forwarded-proto  # X-Forwarded-Proto # false
            9110 §7.6.1 # forwarded, via     # Forwarded       # false
            9110 §7.6.1 # forwarded, via     # Via             # false
            9110 §7.6.1 # Cache-Control      # Cache-Control   # false
            9110 §7.6.1 # age                # Age             # false
            """)
    void removes(String rfc, String connection, String name, boolean removed) {
        HeaderFields stripped = HopByHop.strip(HeaderFields.of(name, "v", "Connection", connection, "Kept", "1"));
        assertThat(stripped.contains(name)).as(rfc).isEqualTo(!removed);
        assertThat(stripped.contains("Connection")).isFalse();
        assertThat(stripped.contains("Kept")).isTrue();
    }

    @Test
    void keepsTheSameObjectIfNothingIsRemoved() {
        HeaderFields fields = HeaderFields.of("a", "1");
        assertThat(HopByHop.strip(fields)).isSameAs(fields);
    }

    @Test
    void viaNamesTheProtocolAndThisProxy() {
        assertThat(ViaField.member("HTTP/1.1", "weir")).isEqualTo("1.1 weir");
        assertThat(ViaField.member("HTTP/2", "weir")).isEqualTo("2 weir");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §7.6.3 # 1.1 weir                  # true
            9110 §7.6.3 # 1.0 a, 1.1 WEIR (comment) # true
            9110 §7.6.3 # HTTP/1.1   weir           # true
            9110 §7.6.3 # 1.1 weird, 1.1 a (weir)   # false
            9110 §7.6.3 # weir                      # false
            """)
    void findsLoops(String rfc, String via, boolean expected) {
        assertThat(ViaField.names(HeaderFields.of("Via", via), "weir")).as(rfc).isEqualTo(expected);
    }

    @Test
    void proxyStatusMembers() {
        assertThat(ProxyStatusField.error("weir", ProxyError.CONNECTION_TIMEOUT, ""))
                .isEqualTo("weir; error=connection_timeout");
        assertThat(ProxyStatusField.error("weir", ProxyError.DNS_ERROR, "no \"a\""))
                .isEqualTo("weir; error=dns_error; details=\"no \\\"a\\\"\"");
        assertThat(ProxyStatusField.received("weir", 503)).isEqualTo("weir; received-status=503");
    }

    @Test
    void proxyErrorTokensAreTheirNames() {
        for (ProxyError error : ProxyError.values()) {
            assertThat(error.token()).isEqualTo(error.name().toLowerCase(java.util.Locale.ROOT));
        }
    }
}
