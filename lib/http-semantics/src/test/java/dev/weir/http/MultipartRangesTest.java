package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultipartRangesTest {
    private static final ByteRange.Parts PARTS =
            new ByteRange.Parts(List.of(new ByteRange.Part(0, 1), new ByteRange.Part(500, 502)));

    @Test
    void writesWhatStandsBetweenTheParts() {
        MultipartRanges content = MultipartRanges.of(PARTS, Optional.of("text/plain"), 1000, "b0undary");
        assertThat(content.contentType()).isEqualTo("multipart/byteranges; boundary=b0undary");
        StringBuilder written = new StringBuilder();
        content.segments()
                .forEach(each -> written.append(each.head())
                        .append("x".repeat((int) each.part().length())));
        written.append(content.closing());
        assertThat(written).hasToString("""
                --b0undary\r
                Content-Type: text/plain\r
                Content-Range: bytes 0-1/1000\r
                \r
                xx\r
                --b0undary\r
                Content-Type: text/plain\r
                Content-Range: bytes 500-502/1000\r
                \r
                xxx\r
                --b0undary--\r
                """);
        assertThat(content.length()).isEqualTo(written.length());
    }

    @Test
    void saysNothingOfATypeThatIsntKnown() {
        MultipartRanges content = MultipartRanges.of(PARTS, Optional.empty(), 1000, "b");
        assertThat(content.segments().get(0).head()).isEqualTo("--b\r\nContent-Range: bytes 0-1/1000\r\n\r\n");
    }
}
