package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionTest {
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");
    private static final String MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT";
    private static final String DATE = "Mon, 05 Jan 2026 00:00:00 GMT";
    private static final Instant RECEIVED = Instant.parse("2026-01-05T00:00:01Z");

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §5.6.7 # Sun, 06 Nov 1994 08:49:37 GMT     # 1994-11-06T08:49:37Z
            9110 §5.6.7 # Sunday, 06-Nov-94 08:49:37 GMT    # 1994-11-06T08:49:37Z
            9110 §5.6.7 # Wednesday, 06-Nov-30 08:49:37 GMT # 2030-11-06T08:49:37Z
            9110 §5.6.7 # Sunday, 06-Nov-76 08:49:37 GMT    # 2076-11-06T08:49:37Z
            9110 §5.6.7 # Sunday, 06-Nov-77 08:49:37 GMT    # 1977-11-06T08:49:37Z
            9110 §5.6.7 # Sun Nov  6 08:49:37 1994          # 1994-11-06T08:49:37Z
            9110 §5.6.7 # Sun Nov 16 08:49:37 1994          # 1994-11-16T08:49:37Z
            9110 §5.6.7 # Sun, 06 Nov 1994 08:49:60 GMT     # 1994-11-06T08:49:59Z
            9111 §4.2   # sun, 06 nOV 1994 08:49:37 gmt     # 1994-11-06T08:49:37Z
            """)
    void readsDates(String rfc, String text, Instant expected) {
        assertThat(HttpDate.parse(text, NOW)).as(rfc).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 31 Feb 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Xxx, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06 Xxx 1994 08:49:37 GMT",
                "Sun, 06-Nov-1994 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun, 06  Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08-49-37 GMT",
                "Sun Nov  6 08:49:37 94  ",
                "Sun, 06 Nov -994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT "
            })
    void refusesOtherDates(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            bytes=0-0             # false
            bytes=0-99, 100-199   # false
            bytes=0-99, -100      # false
            bytes=100-            # false
            items=0-9, 0-9        # false
            bytes=x               # false
            bytes=0-,0-           # true
            bytes=0-99, 50-149    # true
            bytes=5-9, 0-5        # true
            bytes=-1, -2          # true
            bytes=0-, -1          # true
            bytes=x, y            # true
            BYTES=1-1, 1-1        # true
            bytes=0-99999999999999999999, 5-5 # true
            bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30 # false
            bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16,18-18,20-20,22-22,24-24,26-26,28-28,30-30,32-32 # true
            """)
    void rangesThatAskForTooMuch(String range, boolean excessive) {
        assertThat(ByteRange.isExcessive(HeaderFields.of("Range", range))).isEqualTo(excessive);
    }

    @Test
    void writesDates() {
        assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.999Z")))
                .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(HttpDate.parse(HttpDate.format(NOW), NOW)).contains(NOW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            "a"     # "a"
            W/"a"   # W/"a"
            ""      # ""
            "a,b"   # "a,b"
            a       # -
            w/"a"   # -
            W/a     # -
            "a      # -
            "a"b    # -
            "a b"   # -
            "a", "b" # -
            """)
    void readsEntityTags(String text, String expected) {
        assertThat(EntityTag.parse(text).map(EntityTag::toString).orElse("-")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §8.8.3.2 # W/"1" # W/"1" # false # true
            9110 §8.8.3.2 # W/"1" # W/"2" # false # false
            9110 §8.8.3.2 # W/"1" # "1"   # false # true
            9110 §8.8.3.2 # "1"   # "1"   # true  # true
            """)
    void comparesEntityTags(String rfc, String one, String other, boolean strongly, boolean weakly) {
        EntityTag tag = EntityTag.parse(one).orElseThrow();
        EntityTag against = EntityTag.parse(other).orElseThrow();
        assertThat(tag.matchesStrongly(against)).as(rfc).isEqualTo(strongly);
        assertThat(tag.matchesWeakly(against)).as(rfc).isEqualTo(weakly);
    }

    /** Stored: ETag "a", Last-Modified 1 January. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §13.1.2 # GET  # 200 # "a"                 # ''                            # true
            9110 §13.1.2 # HEAD # 200 # W/"a"               # ''                            # true
            9110 §13.1.2 # GET  # 200 # "b"                 # ''                            # false
            9110 §13.1.2 # GET  # 200 # "b" , "a,", "a"     # ''                            # true
            9110 §13.1.2 # GET  # 200 # "a,", "b"           # ''                            # false
            9110 §13.1.2 # GET  # 200 # junk, "a"           # ''                            # true
            9110 §13.1.2 # GET  # 200 # a                   # ''                            # false
            9110 §13.1.2 # GET  # 200 # "a"x                # ''                            # false
            9110 §13.1.2 # GET  # 200 # *                   # ''                            # true
            9110 §13.1.2 # POST # 200 # "a"                 # ''                            # false
            9110 §13.2.1 # GET  # 404 # "a"                 # ''                            # false
            9110 §13.1.3 # GET  # 200 # ''                  # Thu, 01 Jan 2026 00:00:00 GMT # true
            9110 §13.1.3 # GET  # 200 # ''                  # Fri, 02 Jan 2026 00:00:00 GMT # true
            9110 §13.1.3 # GET  # 200 # ''                  # Wed, 31 Dec 2025 23:59:59 GMT # false
            9110 §13.1.3 # GET  # 200 # ''                  # yesterday                     # false
            9110 §13.2.2 # GET  # 200 # "b"                 # Fri, 02 Jan 2026 00:00:00 GMT # false
            9110 §13.2.2 # GET  # 200 # "a"                 # Wed, 31 Dec 2025 23:59:59 GMT # true
            """)
    void evaluatesConditions(
            String rfc, String method, int status, String noneMatch, String modifiedSince, boolean notModified) {
        HeaderFields.Builder request = HeaderFields.builder();
        if (!noneMatch.isEmpty()) {
            request.add("If-None-Match", noneMatch);
        }
        if (!modifiedSince.isEmpty()) {
            request.add("If-Modified-Since", modifiedSince);
        }
        HeaderFields stored = HeaderFields.of("ETag", "\"a\"", "Last-Modified", MODIFIED, "Date", DATE);
        assertThat(Precondition.notModified(method, request.build(), status, stored, RECEIVED, NOW))
                .as(rfc)
                .isEqualTo(notModified);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.3.2 # Mon, 05 Jan 2026 00:00:00 GMT # Date   # true
            9111 §4.3.2 # Sun, 04 Jan 2026 00:00:00 GMT # Date   # false
            9111 §4.3.2 # Mon, 05 Jan 2026 00:00:01 GMT # X-None # true
            9111 §4.3.2 # Mon, 05 Jan 2026 00:00:00 GMT # X-None # false
            """)
    void fallsBackToDateThenToWhenItWasReceived(String rfc, String since, String dateField, boolean notModified) {
        HeaderFields request = HeaderFields.of("If-Modified-Since", since);
        HeaderFields stored = HeaderFields.of(dateField, DATE);
        assertThat(Precondition.notModified("GET", request, 200, stored, RECEIVED, NOW))
                .as(rfc)
                .isEqualTo(notModified);
    }

    @Test
    void aNotModifiedAnswerDescribesNoContent() {
        HeaderFields stored = HeaderFields.of(
                "ETag",
                "\"a\"",
                "Content-Length",
                "3",
                "Content-Type",
                "text/plain",
                "Content-Location",
                "/b",
                "Vary",
                "x");
        assertThat(Precondition.notModifiedFields(stored))
                .isEqualTo(HeaderFields.of("ETag", "\"a\"", "Content-Location", "/b", "Vary", "x"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §14.1.2 # bytes=0-4      # 10 # Part[first=0, last=4]
            9110 §14.1.2 # Bytes=5-       # 10 # Part[first=5, last=9]
            9110 §14.1.2 # bytes=-3       # 10 # Part[first=7, last=9]
            9110 §14.1.2 # bytes=-30      # 10 # Part[first=0, last=9]
            9110 §14.1.2 # bytes=0-99     # 10 # Part[first=0, last=9]
            9110 §14.1.2 # bytes=9-9      # 10 # Part[first=9, last=9]
            9110 §14.1.2 # bytes=10-      # 10 # Unsatisfiable[]
            9110 §14.1.2 # bytes=-0       # 10 # Unsatisfiable[]
            9110 §14.1.2 # bytes=0-       # 0  # Unsatisfiable[]
            9110 §14.1.2 # bytes=0-99999999999999999999999 # 10 # Part[first=0, last=9]
            9110 §14.1.2 # bytes=99999999999999999999999-  # 10 # Unsatisfiable[]
            9110 §14.1.1 # bytes=4-3      # 10 # Whole[]
            9110 §14.1.1 # bytes=-        # 10 # Whole[]
            9110 §14.1.1 # bytes=a-b      # 10 # Whole[]
            9110 §14.1.1 # bytes=--3      # 10 # Whole[]
            9110 §14.1.1 # bytes=         # 10 # Whole[]
            9110 §14.2   # bytes=0-1, 3-4 # 10 # Part[first=0, last=4]
            9110 §14.1.2 # bytes=0-1,200-201 # 1000 # Parts[parts=[Part[first=0, last=1], Part[first=200, last=201]]]
            9110 §14.1.2 # bytes=500-501 , , -1, 0-0 # 1000 # Parts[parts=[Part[first=500, last=501], Part[first=999, last=999], Part[first=0, last=0]]]
            9110 §14.1.2 # bytes=0-1, 2000- # 1000 # Part[first=0, last=1]
            9110 §14.1.2 # bytes=2000-, 3000- # 1000 # Unsatisfiable[]
            9110 §14.1.1 # bytes=0-1, 900-800 # 1000 # Whole[]
            9110 §14.1.1 # bytes=0-1, x   # 1000 # Whole[]
            9110 §14.1.1 # bytes=0-1, bytes=200-201 # 1000 # Whole[]
            9110 §15.3.7.2 # bytes=500-600, 0-1, 0-499 # 1000 # Part[first=0, last=600]
            9110 §15.3.7.2 # bytes=900-, 0-1, 990-, 82-83 # 1000 # Parts[parts=[Part[first=900, last=999], Part[first=0, last=1], Part[first=82, last=83]]]
            9110 §15.3.7.2 # bytes=900-, 0-1, 990-, 81-83 # 1000 # Parts[parts=[Part[first=900, last=999], Part[first=0, last=83]]]
            9110 §17.15  # bytes=0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0- # 1000 # Part[first=0, last=999]
            9110 §17.15  # bytes=0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0-,0- # 1000 # Whole[]
            9110 §14.2   # lines=0-1      # 10 # Whole[]
            9110 §14.2   # bytes 0-1      # 10 # Whole[]
            """)
    void readsRanges(String rfc, String range, long length, String expected) {
        HeaderFields request = HeaderFields.of("Range", range);
        assertThat(ByteRange.of("GET", request, HeaderFields.empty(), length, NOW))
                .as(rfc)
                .hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §13.1.5 # GET  # "a"                           # Part
            9110 §13.1.5 # GET  # W/"a"                         # Whole
            9110 §13.1.5 # GET  # "b"                           # Whole
            9110 §13.1.5 # GET  # Thu, 01 Jan 2026 00:00:00 GMT # Part
            9110 §13.1.5 # GET  # Fri, 02 Jan 2026 00:00:00 GMT # Whole
            9110 §13.1.5 # GET  # junk                          # Whole
            9110 §14.2   # HEAD # "a"                           # Whole
            """)
    void ifRangeGuardsTheRange(String rfc, String method, String ifRange, String expected) {
        HeaderFields request = HeaderFields.of("Range", "bytes=0-1", "If-Range", ifRange);
        HeaderFields stored = HeaderFields.of("ETag", "\"a\"", "Last-Modified", MODIFIED, "Date", DATE);
        assertThat(ByteRange.of(method, request, stored, 10, NOW).getClass().getSimpleName())
                .as(rfc)
                .isEqualTo(expected);
    }

    @Test
    void aDateThatCouldStillChangeIsNoStrongValidator() {
        HeaderFields request = HeaderFields.of("Range", "bytes=0-1", "If-Range", DATE);
        HeaderFields stored = HeaderFields.of("Last-Modified", DATE, "Date", DATE);
        assertThat(ByteRange.of("GET", request, stored, 10, NOW)).isEqualTo(new ByteRange.Whole());
    }

    @Test
    void writesContentRange() {
        assertThat(new ByteRange.Part(2, 4).contentRange(10)).isEqualTo("bytes 2-4/10");
        assertThat(new ByteRange.Part(2, 4).length()).isEqualTo(3);
        assertThat(new ByteRange.Unsatisfiable().contentRange(10)).isEqualTo("bytes */10");
    }
}
