package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What appending costs the event loop; the bound is far above the figure, the figure is printed. */
class AppendCostTest {
    @TempDir
    Path directory;

    @Test
    void appendingARecordOfSixHundredBytesTakesAboutAMicrosecond() throws Exception {
        JsonLine line = new JsonLine("edge-1", 7);
        try (AuditSpool spool = AuditSpool.open(SpoolSettings.of(directory, 256 << 20), "edge-1", 7)) {
            long[] nanos = new long[200_000];
            for (int round = 0; round < nanos.length; round++) {
                if (round % 2000 == 0) {
                    spool.tend(0);
                }
                AuditRecord record = record(round);
                long before = System.nanoTime();
                record.writeTo(line);
                long number = spool.append(line, record.millis());
                nanos[round] = System.nanoTime() - before;
                assert number > 0;
            }
            long bytes = spool.counts().backlogBytes() / spool.counts().appended();
            long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
            Arrays.sort(warm);
            System.out.printf(
                    "append of %d B: p50 %d ns, p99 %d ns, p99.9 %d ns, max %d us; dropped %d%n",
                    bytes,
                    warm[warm.length / 2],
                    warm[warm.length / 100 * 99],
                    warm[warm.length / 1000 * 999],
                    warm[warm.length - 1] / 1000,
                    spool.counts().dropped());
            assertThat(spool.counts().dropped()).isZero();
            assertThat(bytes).isBetween(500L, 750L);
            assertThat(warm[warm.length / 2]).isLessThan(20_000);
        }
    }

    private static AuditRecord record(int number) {
        return new AuditRecord(AuditRecord.Kind.EXCHANGE, 1_767_225_599_007L + number / 40)
                .listener("site")
                .mode("reverse")
                .clientAddress("192.0.2.77")
                .method("GET")
                .scheme("https")
                .serverAddress("shop.example")
                .serverPort(443)
                .path("/assets/images/catalogue/4711.jpg")
                .status(200)
                .protocolVersion("2")
                .userAgent("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)")
                .requestId("r-" + number)
                .requestBodyBytes(0)
                .responseBodyBytes(1024)
                .durationMicros(321)
                .cache("hit")
                .policyRule("office")
                .policyRevision("5f3a.7")
                .policyOutcome("allow")
                .termination("complete");
    }
}
