package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.ByteRange;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartialContentTest {
    private static final String OLD = "Last-Modified=Fri, 09 Jan 2026 23:59:00 GMT";
    private static final String JUST_CHANGED = "Last-Modified=Fri, 09 Jan 2026 23:59:01 GMT";

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §3.4   # bytes=0-9          # Content-Range=bytes 0-9/100; ETag="a"                     # 0-9/100
            9111 §3.4   # bytes=0-9          # Content-Range=bytes 0-9/100; ETag="a"; Content-Length=10  # 0-9/100
            9110 §14.1  # bytes=-10          # Content-Range=bytes 90-99/100; ETag="a"                   # 90-99/100
            9110 §14.1  # bytes=90-          # Content-Range=bytes 90-99/100; ETag="a"                   # 90-99/100
            9110 §14.1  # bytes=90-200       # Content-Range=bytes 90-99/100; ETag="a"                   # 90-99/100
            9110 §15.3.7 # bytes=0-          # Content-Range=bytes 0-49/100; ETag="a"                    # 0-49/100
            9110 §14.1  # bytes=5000000000-  # Content-Range=bytes 5000000000-5000000009/5000000010; ETag="a" # 5000000000-5000000009/5000000010
            9110 §15.3.7 # bytes=0-9         # Content-Range=bytes 0-10/100; ETag="a"                    # part-unasked
            9110 §15.3.7 # bytes=5-9         # Content-Range=bytes 0-9/100; ETag="a"                     # part-unasked
            9110 §15.3.7 # bytes=0-4,5-9     # Content-Range=bytes 0-9/100; ETag="a"                     # part-unasked
            9110 §15.3.7 # ''                # Content-Range=bytes 0-9/100; ETag="a"                     # part-unasked
            9110 §14.2  # lines=0-9          # Content-Range=bytes 0-9/100; ETag="a"                     # part-unasked
            9110 §14.4  # bytes=0-9          # ETag="a"                                                  # part-range
            9110 §14.4  # bytes=0-9          # Content-Type=multipart/byteranges; ETag="a"               # part-range
            9110 §14.4  # bytes=0-9          # Content-Range=bytes 0-9/*; ETag="a"                       # part-range
            9110 §14.4  # bytes=0-9          # Content-Range=bytes 0-9/5; ETag="a"                       # part-range
            9110 §14.4  # bytes=0-9          # Content-Range=bytes 0-9/10; ETag="a"; Content-Length=9    # part-length
            9110 §14.4  # bytes=0-9          # Content-Range=bytes 0-9/10; ETag="a"; Content-Length=11   # part-length
            9111 §3.4   # bytes=0-9          # Content-Range=bytes 0-9/100                               # part-validator
            9111 §3.4   # bytes=0-9          # Content-Range=bytes 0-9/100; ETag=W/"a"                   # part-validator
            9111 §3.4   # bytes=0-9          # Content-Range=bytes 0-9/100; ETag=W/"a"; OLD              # part-validator
            9110 §8.8.2.2 # bytes=0-9        # Content-Range=bytes 0-9/100; OLD                          # 0-9/100
            9110 §8.8.2.2 # bytes=0-9        # Content-Range=bytes 0-9/100; JUST                         # part-validator
            """)
    void hasAPlaceOrIsRefused(String rfc, String range, String fields, String expected) {
        assertThat(shown(of(range, fields))).as(rfc).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §3.4     # ETag="a"                          # 100 # ETag="a"   # COMBINES
            9111 §3.4     # ETag="b"                          # 100 # ETag="a"   # REPLACES
            9111 §3.4     # ETag=W/"a"                        # 100 # ETag="a"   # REPLACES
            9111 §3.4     # OLD                               # 100 # ETag="a"   # REPLACES
            9111 §3.4     # OLD                               # 100 # OLD        # COMBINES
            9111 §3.4     # ''                                # 100 # ETag="a"   # REPLACES
            9110 §14.4    # ETag="a"                          # 101 # ETag="a"   # CONTRADICTS
            9110 §14.4    # ETag="b"                          # 101 # ETag="a"   # REPLACES
            9110 §8.8.3.3 # ETag="a"; Content-Encoding=gzip   # 100 # ETag="a"   # REPLACES
            9110 §8.8.3.3 # ETag="a"; Content-Encoding=gzip   # 100 # ETag="a"; Content-Encoding=gzip # COMBINES
            """)
    void standsBesideWhatIsStored(String rfc, String stored, long length, String part, String expected) {
        PartialContent.Part came = (PartialContent.Part)
                of("bytes=0-9", "Content-Range=bytes 0-9/100" + (part.isEmpty() ? "" : "; " + part));
        StoredHead there = Heads.head(200, named(stored));
        assertThat(came.with(there, length)).as(rfc).hasToString(expected);
    }

    @Test
    void theNewerHeadCountsAndNothingIsLost() {
        PartialContent.Part came = (PartialContent.Part)
                of("bytes=0-9", "Content-Range=bytes 0-9/100; ETag=\"a\"; Cache-Control=max-age=9; Age=3");
        StoredHead there = Heads.head(
                200, "ETag=\"a\"; Content-Type=video/mp4; Cache-Control=max-age=1; Age=7; Content-Length=100");
        StoredHead both = came.updating(there);
        assertThat(both.status()).isEqualTo(200);
        assertThat(both.fields().all("Cache-Control")).containsExactly("max-age=9");
        assertThat(both.fields().all("Content-Type")).containsExactly("video/mp4");
        assertThat(both.fields().all("Age")).containsExactly("3");
        assertThat(both.fields().all("Content-Length")).containsExactly("100");
        assertThat(both.fields().contains("Content-Range")).isFalse();
    }

    @Test
    void whatAnswersIfRangeMayNotStandAlone() {
        StoredHead head = Heads.head(206, "Content-Range=bytes 0-9/100; ETag=\"a\"");
        PartialContent part = PartialContent.of(Heads.fields("Range=bytes=0-9; If-Range=\"a\""), head);
        assertThat(((PartialContent.Part) part).mayBegin()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §14.2   # GET  # Range=bytes=0-9                              # 0-9
            9110 §14.2   # GET  # Range=bytes=-9                               # 91-99
            9110 §14.2   # GET  # Range=bytes=0-1,95-                          # 0-1 95-99
            9110 §14.2   # GET  # Range=bytes=100-                             # ''
            9110 §14.2   # GET  # Range=lines=0-9                              # 0-99
            9110 §14.2   # GET  # ''                                           # 0-99
            9110 §14.2   # HEAD # Range=bytes=0-9                              # ''
            9110 §13.1.5 # GET  # Range=bytes=0-9; If-Range="a"                # 0-9
            9110 §13.1.5 # GET  # Range=bytes=0-9; If-Range="b"                # 0-99
            9110 §13.2.2 # GET  # Range=bytes=0-9; If-None-Match="a"           # ''
            9110 §13.2.2 # GET  # If-None-Match="a"                            # ''
            9110 §13.2.2 # GET  # Range=bytes=0-9; If-None-Match="b"           # 0-9
            """)
    void aRequestNeedsOctets(String rfc, String method, String request, String expected) {
        StoredHead stored = Heads.head(200, "ETag=\"a\"");
        assertThat(
                        ByteRange.needed(
                                        method,
                                        Heads.fields(request),
                                        200,
                                        stored.fields(),
                                        100,
                                        Heads.DATE,
                                        Heads.DATE)
                                .stream()
                                .map(part -> part.first() + "-" + part.last())
                                .collect(Collectors.joining(" ")))
                .as(rfc)
                .isEqualTo(expected);
    }

    @Test
    void aPartIsConfirmedWithTheClientsRange() {
        StoredHead stored = Heads.head(200, "ETag=\"a\"");
        assertThat(Revalidation.requestFieldsOfPart(
                                Heads.fields("Range=bytes=0-9; If-Range=\"b\"; If-None-Match=\"c\"; X=y"), stored)
                        .toString())
                .isEqualTo(Heads.fields("X=y; If-None-Match=\"a\"; Range=bytes=0-9; If-Range=\"b\"")
                        .toString());
    }

    private static PartialContent of(String range, String fields) {
        return PartialContent.of(Heads.fields(range.isEmpty() ? "" : "Range=" + range), Heads.head(206, named(fields)));
    }

    private static String named(String fields) {
        return fields.replace("OLD", OLD).replace("JUST", JUST_CHANGED);
    }

    private static String shown(PartialContent content) {
        return content instanceof PartialContent.Part part
                ? part.first() + "-" + part.last() + "/" + part.completeLength()
                : ((PartialContent.Refused) content).reason().token();
    }
}
