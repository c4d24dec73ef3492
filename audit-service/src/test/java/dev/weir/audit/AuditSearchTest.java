package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditSearchTest {
    @TempDir
    Path directory;

    private StoreWriter writer;
    private AuditSearch search;

    @BeforeEach
    void open() throws IOException {
        Segments segments = new Segments(directory);
        writer = new StoreWriter(Batches.settings(directory), segments, 0);
        search = new AuditSearch(segments, writer::synced, 1 << 20);
    }

    @AfterEach
    void close() throws IOException {
        writer.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # where                                    | from | to   | found
            ''                                         | 0    | 0    | 1 2 3 4
            http.request.method=GET                    | 0    | 0    | 1 3
            http.request.method=get                    | 0    | 0    | ''
            http.response.status_code=200              | 0    | 0    | 1 4
            http.response.status_code=4*               | 0    | 0    | 2 3
            url.path=/a*                               | 0    | 0    | 1 2
            url.path=*                                 | 0    | 0    | 1 2 3
            url.path=/a*,http.request.method=GET       | 0    | 0    | 1
            no.such.field=*                            | 0    | 0    | ''
            seq=3                                      | 0    | 0    | 3
            ''                                         | 2000 | 0    | 2 3 4
            ''                                         | 0    | 3000 | 1 2
            ''                                         | 2000 | 4000 | 2 3
            url.path=/a*                               | 2000 | 4000 | 2
            url.path=/ä                                | 0    | 0    | 3
            """)
    void findsByFieldsAndTime(String where, long from, long to, String found) throws IOException {
        AuditBatch batch = Batches.of(
                "e",
                1,
                1,
                record(1, "GET", 200).put("url.path", "/a/b").encode(),
                record(2, "POST", 404).put("url.path", "/a").encode(),
                record(3, "GET", 403).put("url.path", "/ä").encode(),
                record(4, "HEAD", 200)
                        .put("more", new JsonObject().put("url.path", "/a"))
                        .encode());
        assertThat(writer.write(List.of(batch), 0)).hasSize(1);

        AuditPage page = search.page(new AuditQuery(where(where), from, to, "", false, 0));
        assertThat(String.join(" ", seqs(page).stream().map(String::valueOf).toList()))
                .isEqualTo(found);
        assertThat(page.end()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 1000, 100_000})
    void pagesGiveEveryRecordOnceOverAllSegments(int limit) throws IOException {
        long count = limit == 1 ? 60 : 2500;
        for (long from = 1; from <= count; from += 20) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, from, from + 19)), 0))
                    .hasSize(1);
        }
        count = (count + 19) / 20 * 20;
        List<Long> found = new ArrayList<>();
        String cursor = "";
        boolean end = false;
        while (!end) {
            AuditPage page = search.page(new AuditQuery(Map.of(), 0, 0, cursor, false, limit));
            int bytes = page.lines().stream()
                    .mapToInt(each -> each.getBytes(StandardCharsets.UTF_8).length + 4)
                    .sum();
            assertThat(bytes).isLessThanOrEqualTo(AuditSearch.PAGE_BYTES);
            assertThat(page.lines()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(seqs(page));
            cursor = page.cursor();
            end = page.end();
        }
        assertThat(found).isEqualTo(LongStream.rangeClosed(1, count).boxed().toList());
    }

    @Test
    void aPageThatReadsTooMuchIsEmptyAndGoesOn() throws IOException {
        for (long from = 1; from <= 2000; from += 100) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, from, from + 99)), 0))
                    .hasSize(1);
        }
        AuditSearch small = new AuditSearch(new Segments(directory), writer::synced, 10_000);
        AuditQuery query = new AuditQuery(Map.of("seq", "1999"), 0, 0, "", false, 0);
        AuditPage page = small.page(query);
        assertThat(page.lines()).isEmpty();
        assertThat(page.end()).isFalse();
        int pages = 1;
        List<Long> found = new ArrayList<>();
        while (!page.end()) {
            page = small.page(new AuditQuery(query.where(), 0, 0, page.cursor(), false, 0));
            found.addAll(seqs(page));
            pages++;
        }
        assertThat(found).containsExactly(1999L);
        assertThat(pages).isGreaterThan(10);
    }

    @Test
    void aTailGivesWhatComesAfterIt() throws IOException {
        assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 5)), 0)).hasSize(1);
        AuditPage start = search.page(new AuditQuery(Map.of(), 0, 0, "", true, 0));
        assertThat(start.lines()).isEmpty();
        AuditPage nothing = search.page(new AuditQuery(Map.of(), 0, 0, start.cursor(), false, 0));
        assertThat(nothing.lines()).isEmpty();
        assertThat(nothing.end()).isTrue();
        assertThat(writer.write(List.of(Batches.batch("e", 1, 6, 7)), 0)).hasSize(1);
        AuditPage more = search.page(new AuditQuery(Map.of(), 0, 0, nothing.cursor(), false, 0));
        assertThat(seqs(more)).containsExactly(6L, 7L);
    }

    @Test
    void aTailGoesOnOverARotation() throws IOException {
        AuditPage page = search.page(new AuditQuery(Map.of(), 0, 0, "", true, 0));
        List<Long> found = new ArrayList<>();
        for (long from = 1; from <= 2000; from += 100) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, from, from + 99)), 0))
                    .hasSize(1);
            page = search.page(new AuditQuery(Map.of(), 0, 0, page.cursor(), false, 1000));
            found.addAll(seqs(page));
        }
        assertThat(found).isEqualTo(LongStream.rangeClosed(1, 2000).boxed().toList());
    }

    @Test
    void aCursorIntoALineGoesOnWithTheNext() throws IOException {
        assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 5)), 0)).hasSize(1);
        assertThat(seqs(search.page(new AuditQuery(Map.of(), 0, 0, "1.7", false, 0))))
                .containsExactly(2L, 3L, 4L, 5L);
        assertThat(seqs(search.page(new AuditQuery(Map.of(), 0, 0, "1.99999999", false, 0))))
                .isEmpty();
        assertThat(seqs(search.page(new AuditQuery(Map.of(), 0, 0, "77.0", false, 0))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1", "1.", ".1", "-1.0", "1.-5", "1.99999999999999999999"})
    void aCursorThatIsNoneIsRefused(String cursor) {
        assertThatThrownBy(() -> search.page(new AuditQuery(Map.of(), 0, 0, cursor, false, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cursor");
    }

    private static JsonObject record(long seq, String method, int status) {
        return Batches.record("e", 1, seq).put("http.request.method", method).put("http.response.status_code", status);
    }

    private static Map<String, String> where(String text) {
        Map<String, String> where = new HashMap<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",")) {
            int equals = each.indexOf('=');
            where.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return where;
    }

    private static List<Long> seqs(AuditPage page) {
        return page.lines().stream()
                .map(each -> new JsonObject(each).getLong("seq"))
                .toList();
    }
}
