package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of representations: stored, put together, and never with octets of another one (RFC 9111 §3.3, §3.4). */
class EdgePartsTest {
    private static final long GIB = 1024L * 1024 * 1024;
    private static final int MIB = 1024 * 1024;

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private EdgeRig edge;
    private RawClient client;

    @BeforeEach
    void start() throws IOException {
        edge = with("128MiB", "plenty");
        client = edge.client();
    }

    private EdgeRig with(String memory, String name) throws IOException {
        return EdgeRig.with(directory.resolve(name), """
                cache: { memory: %s }
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                """.formatted(memory, origin.port()));
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        edge.settles();
        edge.close();
        origin.close();
    }

    private String ask(String method, String path, String... fields) throws IOException {
        String request = method + " " + path + " HTTP/1.1\r\nHost: site.test\r\n" + String.join("", fields) + "\r\n";
        return method.equals("HEAD")
                ? client.sends(request).head()
                : client.sends(request).answer();
    }

    private String get(String path, String... fields) throws IOException {
        return ask("GET", path, fields);
    }

    private String range(String path, String range) throws IOException {
        return get(path, "Range: bytes=" + range + "\r\n");
    }

    private PartsOrigin serves(String path, long length) {
        PartsOrigin made = new PartsOrigin(length);
        origin.on(path, made);
        return made;
    }

    /** It is a 206 with these octets of this version. */
    private static void isPart(String answer, int version, long first, long last, long length) {
        assertThat(answer)
                .startsWith("HTTP/1.1 206 ")
                .contains("Content-Range: bytes " + first + "-" + last + "/" + length + "\r\n")
                .contains("Content-Length: " + (last - first + 1) + "\r\n")
                .endsWith("\r\n\r\n" + PartsOrigin.content(version, first, last));
    }

    private static void isHit(String answer) {
        assertThat(answer).contains("Cache-Status: weir; hit");
    }

    @Test
    void partsInAnyOrderBecomeWhatTheyArePartsOf() throws IOException {
        PartsOrigin made = serves("/a", 1000);
        isPart(range("/a", "500-599"), 1, 500, 599, 1000);
        isPart(range("/a", "0-99"), 1, 0, 99, 1000);
        String within = range("/a", "510-519");
        isPart(within, 1, 510, 519, 1000);
        isHit(within);
        String missing = range("/a", "90-519");
        isPart(missing, 1, 90, 519, 1000);
        assertThat(missing).contains("fwd=partial");
        String joined = range("/a", "0-599");
        isPart(joined, 1, 0, 599, 1000);
        isHit(joined);
        isPart(range("/a", "-400"), 1, 600, 999, 1000);
        long before = made.sent.get();
        String whole = get("/a");
        isHit(whole);
        assertThat(whole)
                .startsWith("HTTP/1.1 200 ")
                .doesNotContain("Content-Range")
                .contains("Content-Length: 1000\r\n")
                .endsWith("\r\n\r\n" + PartsOrigin.content(1, 0, 999));
        assertThat(made.sent.get()).isEqualTo(before);
    }

    @Test
    void whatIsHeldAnswersEveryKindOfRequestForIt() throws IOException {
        serves("/a", 1000).with("Cache-Control: max-age=60\r\nContent-Type: text/plain\r\n");
        isPart(range("/a", "900-"), 1, 900, 999, 1000);
        isPart(range("/a", "0-99"), 1, 0, 99, 1000);
        int asked = origin.heads("/a").size();
        isPart(range("/a", "-5"), 1, 995, 999, 1000);
        isPart(range("/a", "950-5000"), 1, 950, 999, 1000);
        isPart(get("/a", "Range: bytes=0-9\r\nIf-Range: \"v1\"\r\n"), 1, 0, 9, 1000);
        assertThat(range("/a", "1000-")).startsWith("HTTP/1.1 416 ").contains("Content-Range: bytes */1000\r\n");
        String head = ask("HEAD", "/a");
        isHit(head);
        assertThat(head).startsWith("HTTP/1.1 200 ").contains("Content-Length: 1000\r\n");
        String confirmed = client.sends("GET /a HTTP/1.1\r\nHost: site.test\r\nIf-None-Match: \"v1\"\r\n\r\n")
                .head();
        isHit(confirmed);
        assertThat(confirmed).startsWith("HTTP/1.1 304 ");
        assertThat(range("/a", "0-1,990-991"))
                .startsWith("HTTP/1.1 206 ")
                .contains("multipart/byteranges", "bytes 0-1/1000\r\n\r\n" + PartsOrigin.content(1, 0, 1))
                .contains("bytes 990-991/1000\r\n\r\n" + PartsOrigin.content(1, 990, 991));
        assertThat(origin.heads("/a")).hasSize(asked);
        assertThat(get("/a", "Range: bytes=0-9\r\nIf-Range: \"v0\"\r\n"))
                .as("another one is meant: all of it")
                .startsWith("HTTP/1.1 200 ")
                .contains("fwd=partial")
                .endsWith(PartsOrigin.content(1, 0, 999));
    }

    @Test
    void octetsOfTwoVersionsNeverStandTogether() throws IOException {
        PartsOrigin made = serves("/a", 1000);
        isPart(range("/a", "0-499"), 1, 0, 499, 1000);
        made.changes();
        isPart(range("/a", "500-999"), 2, 500, 999, 1000);
        isPart(range("/a", "500-999"), 2, 500, 999, 1000);
        isPart(range("/a", "0-499"), 2, 0, 499, 1000);
        String whole = get("/a");
        isHit(whole);
        assertThat(whole).endsWith("\r\n\r\n" + PartsOrigin.content(2, 0, 999));
    }

    @Test
    void oneTagWithTwoLengthsIsRelyOnNeither() throws IOException {
        PartsOrigin made = serves("/a", 1000);
        isPart(range("/a", "0-99"), 1, 0, 99, 1000);
        made.length(2000);
        isPart(range("/a", "100-199"), 1, 100, 199, 2000);
        assertThat(edge.explains("http://site.test/a", "GET", HeaderFields.empty(), "web", "")
                        .getJsonObject("cache")
                        .getJsonArray("stored"))
                .isEmpty();
        String again = range("/a", "0-99");
        isPart(again, 1, 0, 99, 2000);
        assertThat(again).doesNotContain("hit");
    }

    @Test
    void whatHasNoCertainPlaceIsNotStored() throws IOException {
        serves("/weak", 100).tagged("W/\"v%d\"");
        serves("/none", 100).tagged("");
        origin.answers("/short", part("0-9/100", "Content-Length: 9\r\n\r\n123456789"))
                .answers("/elsewhere", part("0-19/100", "Content-Length: 20\r\n\r\n01234567890123456789"))
                .answers("/unknown", part("0-9/*", "Content-Length: 10\r\n\r\n0123456789"))
                .answers("/unsaid", part("x", "Content-Length: 10\r\n\r\n0123456789"))
                .answers("/chunks", part("0-9/100", "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n0\r\n\r\n"));
        String[][] cases = {
            {"/weak", "part-validator"},
            {"/none", "part-validator"},
            {"/short", "part-length"},
            {"/elsewhere", "part-unasked"},
            {"/unknown", "part-range"},
            {"/unsaid", "part-range"}
        };
        for (String[] each : cases) {
            for (int i = 1; i <= 2; i++) {
                assertThat(range(each[0], "0-9")).as(each[0]).startsWith("HTTP/1.1 206 ");
                assertThat(origin.heads(each[0])).as(each[0]).hasSize(i);
            }
            EdgeRig.until(() -> edge.records.stream()
                    .anyMatch(record -> each[0].equals(record.getString("url.path"))
                            && each[1].equals(record.getString("cache.reason"))));
        }
        for (int i = 1; i <= 2; i++) {
            try (RawClient other = edge.client()) {
                assertThat(other.sends("GET /chunks HTTP/1.1\r\nHost: a\r\nRange: bytes=0-9\r\n\r\n")
                                .rest())
                        .startsWith("HTTP/1.1 206 ")
                        .doesNotContain("\r\n0\r\n");
            }
        }
        assertThat(origin.heads("/chunks")).as("fewer octets than it said").hasSize(2);
    }

    private static String part(String range, String rest) {
        return "HTTP/1.1 206 Partial Content\r\nCache-Control: max-age=60\r\nETag: \"a\"\r\nContent-Range: bytes "
                + range + "\r\n" + rest;
    }

    @Test
    void whatIsBrokenOffIsNotStored() throws IOException {
        origin.on("/a", peer -> {
            peer.send(part("0-99/100", "Content-Length: 100\r\n\r\n0123456789"));
            peer.finish();
        });
        try (RawClient other = edge.client()) {
            assertThat(other.sends("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=0-99\r\n\r\n")
                            .rest())
                    .endsWith("0123456789");
        }
        PartsOrigin made = serves("/a", 100);
        isPart(range("/a", "0-9"), 1, 0, 9, 100);
        assertThat(made.sent.get()).isEqualTo(10);
    }

    @Test
    void whatAnswersIfRangeStandsBesideOthersButNotAlone() throws IOException {
        PartsOrigin made = serves("/a", 1000);
        isPart(get("/a", "Range: bytes=0-9\r\nIf-Range: \"v1\"\r\n"), 1, 0, 9, 1000);
        isPart(range("/a", "0-9"), 1, 0, 9, 1000);
        assertThat(made.sent.get()).isEqualTo(20);
        isPart(get("/a", "Range: bytes=10-19\r\nIf-Range: \"v1\"\r\n"), 1, 10, 19, 1000);
        String both = range("/a", "0-19");
        isPart(both, 1, 0, 19, 1000);
        isHit(both);
    }

    @Test
    void staleOnesAreConfirmedOrReplacedByNoMoreThanWasAskedFor() throws IOException {
        PartsOrigin made = serves("/a", 5 * GIB);
        isPart(range("/a", "0-99"), 1, 0, 99, 5 * GIB);
        edge.passes(Duration.ofSeconds(61));
        String confirmed = range("/a", "50-59");
        isPart(confirmed, 1, 50, 59, 5 * GIB);
        assertThat(confirmed).contains("fwd=stale; fwd-status=304");
        isHit(range("/a", "0-9"));
        assertThat(made.sent.get()).isEqualTo(100);
        edge.passes(Duration.ofSeconds(61));
        made.changes();
        isPart(range("/a", "50-59"), 2, 50, 59, 5 * GIB);
        assertThat(made.sent.get()).isEqualTo(110);
        isPart(range("/a", "0-9"), 2, 0, 9, 5 * GIB);
        assertThat(made.sent.get()).isEqualTo(120);
        edge.passes(Duration.ofSeconds(61));
        isPart(range("/a", "2000-2009"), 2, 2000, 2009, 5 * GIB);
        isHit(range("/a", "50-59"));
    }

    @Test
    void purgesMeetPartsToo() throws IOException {
        PartsOrigin made = serves("/a", 1000);
        isPart(range("/a", "0-99"), 1, 0, 99, 1000);
        origin.on("/a", peer -> {
            if (peer.head.startsWith("DELETE ")) {
                peer.send(Origin.ok("", "gone"));
            } else {
                made.run(peer);
            }
        });
        made.changes();
        assertThat(ask("DELETE", "/a")).endsWith("gone");
        isPart(range("/a", "0-99"), 2, 0, 99, 1000);
        isHit(range("/a", "0-99"));
    }

    @Test
    void ofWhatIsLongNoMoreIsFetchedOrStoredThanIsAskedFor() throws IOException {
        PartsOrigin made = serves("/film", 2 * GIB + 1000);
        isPart(range("/film", "0-0"), 1, 0, 0, 2 * GIB + 1000);
        isPart(range("/film", "2147483600-2147483700"), 1, 2147483600L, 2147483700L, 2 * GIB + 1000);
        isPart(range("/film", "-100"), 1, 2 * GIB + 900, 2 * GIB + 999, 2 * GIB + 1000);
        assertThat(made.sent.get()).isEqualTo(1 + 101 + 100);
        String beyond = range("/film", "2147483650-2147483660");
        isPart(beyond, 1, 2147483650L, 2147483660L, 2 * GIB + 1000);
        isHit(beyond);
        assertThat(made.sent.get()).isEqualTo(202);
        assertThat(edge.explains("http://site.test/film", "GET", HeaderFields.empty(), "web", "")
                        .getJsonObject("cache")
                        .encode())
                .contains("\"octets\":\"0-0,2147483600-2147483700,2147484548-2147484647/2147484648\"")
                .contains("octets-missing");
    }

    @Test
    void aLongRangeGoesAtItsReadersPaceAndLeavesWhatPassed() throws IOException {
        PartsOrigin made = serves("/film", 2 * GIB);
        try (RawClient viewer = edge.client()) {
            viewer.sends("GET /film HTTP/1.1\r\nHost: site.test\r\nRange: bytes=0-\r\n\r\n");
            assertThat(viewer.head()).startsWith("HTTP/1.1 206 ");
            assertThat(viewer.octets(2 * MIB)).isEqualTo(PartsOrigin.content(1, 0, 2 * MIB - 1));
        }
        EdgeRig.until(() -> origin.gone.get() > 0);
        assertThat(made.sent.get()).isLessThan(64L * MIB);
        long before = made.sent.get();
        String again = range("/film", "100-" + (MIB - 1));
        isPart(again, 1, 100, MIB - 1, 2 * GIB);
        isHit(again);
        assertThat(made.sent.get()).isEqualTo(before);
    }

    @Test
    void ofAWholeThatIsTooLongWhatThereIsRoomForStays() throws IOException {
        PartsOrigin made = serves("/film", 12 * MIB);
        try (EdgeRig small = with("16MiB", "small");
                RawClient viewer = small.client()) {
            String whole = viewer.sends("GET /film HTTP/1.1\r\nHost: site.test\r\n\r\n")
                    .answer();
            assertThat(whole.substring(whole.indexOf("\r\n\r\n") + 4).equals(PartsOrigin.content(1, 0, 12 * MIB - 1)))
                    .isTrue();
            small.settles();
            String end = viewer.sends("GET /film HTTP/1.1\r\nHost: site.test\r\nRange: bytes=-1000\r\n\r\n")
                    .answer();
            isPart(end, 1, 12 * MIB - 1000, 12 * MIB - 1, 12 * MIB);
            isHit(end);
            assertThat(made.sent.get()).isEqualTo(12L * MIB);
            assertThat(number(small, "weir_edge_cache_body_bytes")).isBetween(2.0 * MIB, 4.0 * MIB);
        }
    }

    private static double number(EdgeRig edge, String name) {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void thoseWhoAskForTheSameAtTheSameTimeShareIt() throws IOException {
        PartsOrigin made = serves("/a", 5 * GIB);
        CountDownLatch goes = new CountDownLatch(1);
        origin.on("/a", peer -> {
            try {
                assertThat(goes.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            made.run(peer);
        });
        try (RawClient one = edge.client();
                RawClient other = edge.client();
                RawClient elsewhere = edge.client()) {
            one.sends("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=5-2000\r\n\r\n");
            EdgeRig.until(() -> origin.heads("/a").size() == 1);
            other.sends("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=5-2000\r\n\r\n");
            elsewhere.sends("GET /a HTTP/1.1\r\nHost: site.test\r\nRange: bytes=4-2000\r\n\r\n");
            EdgeRig.until(() -> origin.heads("/a").size() == 2 && joined() == 1);
            goes.countDown();
            isPart(one.answer(), 1, 5, 2000, 5 * GIB);
            String shared = other.answer();
            isPart(shared, 1, 5, 2000, 5 * GIB);
            assertThat(shared).contains("collapsed");
            isPart(elsewhere.answer(), 1, 4, 2000, 5 * GIB);
        }
        assertThat(origin.heads("/a")).hasSize(2);
    }

    private long joined() {
        return edge.metrics
                .scrape()
                .lines()
                .filter(line -> line.startsWith("weir_edge_cache_events_total{")
                        && line.contains("doing=\"fetch\"")
                        && line.contains("outcome=\"joined\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void whateverIsAskedForNoOctetIsAnothers() throws IOException {
        long seed = 20260504;
        SplittableRandom random = new SplittableRandom(seed);
        int length = 600_000;
        PartsOrigin made = serves("/a", length);
        origin.on("/a", peer -> {
            if (peer.head.startsWith("DELETE ")) {
                peer.send(Origin.ok("", "gone"));
            } else {
                made.run(peer);
            }
        });
        int oldest = 1;
        int hits = 0;
        for (int i = 0; i < 1000; i++) {
            int what = random.nextInt(100);
            if (what == 0) {
                made.changes();
            } else if (what == 1) {
                // Versions come back, as deployments are undone.
                made.version(Math.max(1, made.version() - 1));
            } else if (what == 2) {
                assertThat(ask("DELETE", "/a")).endsWith("gone");
            } else if (what == 3) {
                edge.passes(Duration.ofSeconds(61));
            }
            int first = random.nextInt(10) == 0 ? random.nextInt(length) : random.nextInt(8) * 10_000;
            int last = Math.min(length - 1, first + random.nextInt(random.nextInt(20) == 0 ? 300_000 : 20_000));
            boolean all = random.nextInt(150) == 0;
            String conditions = random.nextInt(10) == 0 ? "If-Range: \"v" + made.version() + "\"\r\n" : "";
            String answer = all ? get("/a") : get("/a", "Range: bytes=" + first + "-" + last + "\r\n", conditions);
            hits += answer.contains("; hit") ? 1 : 0;
            boolean whole = answer.startsWith("HTTP/1.1 200 ");
            assertThat(whole || answer.startsWith("HTTP/1.1 206 "))
                    .as("%d: %s", i, answer.substring(0, 20))
                    .isTrue();
            int version =
                    Integer.parseInt(PartsOrigin.field(answer.substring(0, answer.indexOf("\r\n\r\n") + 2), "ETag")
                            .replaceAll("\\D", ""));
            assertThat(version).isGreaterThanOrEqualTo(oldest);
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            assertThat(body.equals(
                            whole
                                    ? PartsOrigin.content(version, 0, length - 1)
                                    : PartsOrigin.content(version, first, last)))
                    .as("%d: %d-%d of version %d", i, first, last, version)
                    .isTrue();
        }
        assertThat(hits).as("it does store").isGreaterThan(200);
    }
}
