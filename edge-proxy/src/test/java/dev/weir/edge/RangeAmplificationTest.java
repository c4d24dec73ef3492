package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row S21: few octets of a request that make many of an answer, between origin and Weir or between Weir and who reads.
 * The origin sends what it is asked for, each range for itself, as often as it is named.
 */
@Tag("S21")
class RangeAmplificationTest {
    private static final int LENGTH = 300_000;
    private static final String CONTENT = "0123456789".repeat(LENGTH / 10);
    private static final String FRESH = "Cache-Control: max-age=60\r\nETag: \"1\"\r\n";

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final AtomicLong sent = new AtomicLong();
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.before(directory, origin);
        origin.on("/large", this::obey);
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private static String range(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("range: bytes="))
                .map(line -> line.substring("range: bytes=".length()))
                .findFirst()
                .orElse("");
    }

    private void obey(Origin.Peer peer) throws IOException {
        String range = range(peer.head);
        if (range.isEmpty()) {
            sent.addAndGet(LENGTH);
            peer.send(Origin.ok(FRESH, CONTENT));
            return;
        }
        String content = Arrays.stream(range.split(",", -1))
                .map(RangeAmplificationTest::part)
                .collect(Collectors.joining());
        sent.addAndGet(content.length());
        String first = range.split("[-,]", -1)[0].strip();
        long at = first.isEmpty() ? LENGTH - content.length() : Long.parseLong(first);
        String described = range.contains(",")
                ? "Content-Type: multipart/byteranges; boundary=b\r\n"
                : "Content-Range: bytes " + at + '-' + (at + content.length() - 1) + '/' + LENGTH + "\r\n";
        peer.send("HTTP/1.1 206 Partial Content\r\n" + FRESH + described + "Content-Length: " + content.length()
                + "\r\n\r\n" + content);
    }

    private static String part(String range) {
        String[] ends = range.strip().split("-", -1);
        if (ends[0].isEmpty()) {
            return CONTENT.substring(LENGTH - Integer.parseInt(ends[1]));
        }
        int first = Integer.parseInt(ends[0]);
        return first >= LENGTH
                ? ""
                : CONTENT.substring(
                        first, ends[1].isEmpty() ? LENGTH : Math.min(LENGTH, Integer.parseInt(ends[1]) + 1));
    }

    private String get(String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET /large HTTP/1.1\r\nHost: site.test\r\n" + fields + "\r\n")
                    .answer();
        }
    }

    static String[] excessive() {
        return new String[] {
            "0-,0-,0-",
            "0-0," + "0-,".repeat(999) + "0-",
            IntStream.range(0, 1000).mapToObj(i -> i * 200 + "-" + i * 200).collect(Collectors.joining(",")),
            IntStream.range(0, 17).mapToObj(i -> i * 200 + "-" + i * 200).collect(Collectors.joining(", ")),
            "-300000,-299999,-299998",
            "0-299999,1-299999",
            "0-,-1"
        };
    }

    /** The origin is asked for the whole, once: it is stored, and who asked has all of it. */
    @ParameterizedTest
    @MethodSource("excessive")
    void anOriginIsNotMadeToRepeatItself(String ranges) throws IOException {
        String answer = get("Range: bytes=" + ranges + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + CONTENT);
        assertThat(range(origin.heads("/large").get(0))).isEmpty();
        assertThat(sent).hasValue(LENGTH);
        assertThat(get("Range: bytes=" + ranges + "\r\n").length()).isLessThan(LENGTH + 4_000);
        assertThat(origin.heads("/large")).hasSize(1);
    }

    /** Nobody fetches the whole for a part that somebody asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"0-0", "299999-", "-1", "150000-150001", "0-0, 150000-150001, -5"})
    void aTinyRangeFetchesNoMoreThanTwiceItself(String range) throws IOException {
        String answer = get("Range: bytes=" + range + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 206 ");
        int received = answer.substring(answer.indexOf("\r\n\r\n") + 4).length();
        assertThat(sent.get()).isLessThanOrEqualTo(2L * received);
    }

    /** From what is stored: sixteen at the most, what overlaps once, and numbers beyond any length. */
    @Test
    void whatIsStoredIsNotRepeatedEither() throws IOException {
        assertThat(get("")).endsWith(CONTENT);
        for (String ranges : new String[] {
            "0-" + ",0-".repeat(15), "0-" + ",0-".repeat(999), "-300000" + ",-300000".repeat(15), "0-,1-,2-,3-,4-,5-,6-"
        }) {
            assertThat(get("Range: bytes=" + ranges + "\r\n").length()).isLessThan(LENGTH + 4_000);
        }
        String tiny = IntStream.range(0, 16).mapToObj(i -> i * 2 + "-" + i * 2).collect(Collectors.joining(","));
        assertThat(get("Range: bytes=" + tiny + "\r\n")).contains("Content-Range: bytes 0-30/300000\r\n");
        assertThat(get("Range: bytes=0-18446744073709551616\r\n"))
                .startsWith("HTTP/1.1 206 ")
                .endsWith(CONTENT);
        assertThat(get("Range: bytes=18446744073709551615-\r\n")).startsWith("HTTP/1.1 416 ");
        assertThat(get("Range: bytes=9223372036854775807-9223372036854775808\r\n"))
                .startsWith("HTTP/1.1 416 ");
        assertThat(get("Range: bytes=-18446744073709551616\r\n"))
                .startsWith("HTTP/1.1 206 ")
                .endsWith(CONTENT);
        assertThat(origin.heads("/large")).hasSize(1);
    }

    /** Who asks for much and leaves makes the origin send no more than was under way. */
    @Test
    void whoLeavesEndsWhatItBegan() throws IOException {
        origin.on("/endless", peer -> {
            peer.send("HTTP/1.1 200 OK\r\n" + FRESH + "Content-Length: 1000000000000\r\n\r\n");
            byte[] piece = CONTENT.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            while (true) {
                peer.send(piece);
                sent.addAndGet(piece.length);
            }
        });
        try (RawClient client = edge.client()) {
            client.sends("GET /endless HTTP/1.1\r\nHost: site.test\r\nRange: bytes=0-,0-\r\n\r\n")
                    .until("0123456789");
            client.resets();
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
        assertThat(sent.get()).isLessThan(64L * 1024 * 1024);
    }
}
