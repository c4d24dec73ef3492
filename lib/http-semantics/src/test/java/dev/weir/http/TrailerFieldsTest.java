package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailerFieldsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "transfer-encoding",
                "HOST",
                "Trailer",
                "Connection",
                "TE",
                "Content-Type",
                "Content-Encoding",
                "Authorization",
                "Proxy-Authorization",
                "Proxy-Connection",
                "Proxy-Statuses",
                "Cookie",
                "Set-Cookie",
                "X-Forwarded-For",
                "X-Forwarded-Whatever",
                "Forwarded",
                "Via",
                "Expect",
                "Range",
                "If-Match",
                "Max-Forwards",
                "Cache-Control",
                "Content_Length",
                "X_Forwarded_For"
            })
    void mustNotFollowTheContent(String name) {
        assertThat(TrailerFields.isForbidden(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Checksum",
                "Digest",
                "Content-Digest",
                "Repr-Digest",
                "ETag",
                "grpc-status",
                "Server-Timing",
                "x_sum",
                "Proxy-Status",
                "Cache-Status"
            })
    void mayFollowTheContent(String name) {
        assertThat(TrailerFields.isForbidden(name)).isFalse();
    }
}
