package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.http.ByteRange.Part;
import java.time.Instant;
import java.util.List;

/** Ranges and conditions of a request against what is stored; a field value a line. */
class ConditionsFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final String[] REQUEST = {"Range", "If-Range", "If-None-Match", "If-Modified-Since"};
    private static final String[] STORED = {"ETag", "Last-Modified", "Date"};

    @FuzzTest
    void conditions(byte[] data) {
        List<String> lines = Texts.lines(data);
        HeaderFields request = fields(lines, REQUEST, 0);
        HeaderFields stored = fields(lines, STORED, REQUEST.length);
        long length = data.length % 100;
        ByteRange range = ByteRange.of("GET", request, stored, length, NOW);
        assertThat(ByteRange.of("POST", request, stored, length, NOW)).isInstanceOf(ByteRange.Whole.class);
        if (range instanceof Part part) {
            assertThat(part.first()).isBetween(0L, part.last());
            assertThat(part.last()).isLessThan(length);
            assertThat(part.length()).isBetween(1L, length);
            String again = "bytes=" + part.first() + '-' + part.last();
            assertThat(ByteRange.parse(again, length)).isEqualTo(part);
        }
        boolean unchanged = Precondition.notModified("GET", request, 200, stored, NOW, NOW);
        assertThat(Precondition.notModified("HEAD", request, 200, stored, NOW, NOW))
                .isEqualTo(unchanged);
        assertThat(Precondition.notModified("POST", request, 200, stored, NOW, NOW))
                .isFalse();
        assertThat(Precondition.notModified("GET", request, 404, stored, NOW, NOW))
                .isFalse();
        if (unchanged) {
            assertThat(request.contains("If-None-Match") || request.contains("If-Modified-Since"))
                    .isTrue();
        }
    }

    private static HeaderFields fields(List<String> lines, String[] names, int from) {
        HeaderFields.Builder fields = HeaderFields.builder();
        for (int i = 0; i < names.length; i++) {
            String value = Texts.line(lines, from + i);
            if (!value.isEmpty()) {
                fields.add(names[i], value);
            }
        }
        return fields.build();
    }
}
