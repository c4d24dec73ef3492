package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Records of the log: one line each, plain to terminals, that says what came in. */
class JsonLineFuzzTest {
    @FuzzTest
    void records(byte[] data) {
        for (String value : List.of(chars(data), Texts.octets(data))) {
            JsonLine line = new JsonLine("e" + value, 7);
            JsonObject said = written(line, value, AuditRecord.Kind.EXCHANGE);
            says(said, "edge", "e" + value, 512);
            says(said, "http.request.method", value, 64);
            says(said, "url.path", value, 2048);
            says(said, "url.query", value, 2048);
            says(said, "user_agent.original", value, 512);
            says(said, "client_request_id", value, 128);
            says(said, "policy.rule", value, 256);
            assertThat(said.getLong("seq")).isEqualTo(42);
            // The buffer is used again, for a shorter record.
            assertThat(written(line, "", AuditRecord.Kind.REFUSED).getString("kind"))
                    .isEqualTo("refused");
        }
    }

    /** Two octets a char, so that halves of surrogate pairs come too. */
    private static String chars(byte[] data) {
        return ByteBuffer.wrap(data).asCharBuffer().toString();
    }

    private static JsonObject written(JsonLine line, String value, AuditRecord.Kind kind) {
        new AuditRecord(kind, 1_700_000_000_123L)
                .listener(value)
                .mode(value)
                .clientAddress(value)
                .method(value)
                .scheme(value)
                .serverAddress(value)
                .serverPort(Integer.MAX_VALUE)
                .path(value)
                .query(value)
                .status(599)
                .protocolVersion(value)
                .userAgent(value)
                .clientRequestId(value)
                .requestId(value)
                .requestBodyBytes(Long.MAX_VALUE)
                .responseBodyBytes(Long.MAX_VALUE)
                .durationMicros(Long.MAX_VALUE)
                .cache(value)
                .policyRule(value)
                .policyRevision(value)
                .policyOutcome(value)
                .upstream(value)
                .upstreamAddress(value)
                .retries(3)
                .termination(value)
                .reason(value)
                .writeTo(line);
        line.number(42);
        String text = new String(line.bytes(), line.start(), line.length(), StandardCharsets.UTF_8);
        assertThat(text).doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]");
        return new JsonObject(text);
    }

    /** The text itself, or its beginning and how many characters are missing. */
    private static void says(JsonObject said, String name, String value, int bound) {
        String found = said.getString(name, "");
        if (found.equals(value)) {
            return;
        }
        int cut = found.lastIndexOf('…');
        assertThat(cut).as(name).isNotNegative();
        assertThat(found).startsWith(value.substring(0, cut));
        assertThat(found.substring(cut)).isEqualTo("…+" + (value.length() - cut));
        // No more is cut than the bound asks for: six octets is the longest that a char is written in.
        assertThat(cut).isGreaterThanOrEqualTo(bound / 6 - 1);
        if (!name.equals("edge")) {
            assertThat(said.getString("truncated").split(" ")).contains(name);
        }
    }
}
