package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditSpoolTest {
    @TempDir
    Path directory;

    @Test
    void numbersFromOneAndGivesBackInOrder() throws IOException {
        try (AuditSpool spool = open(1, 8)) {
            assertThat(Spooled.append(spool, "a")).isEqualTo(1);
            assertThat(Spooled.append(spool, "b")).isEqualTo(2);
            List<JsonObject> records = Spooled.take(spool);
            assertThat(Spooled.ids(records)).containsExactly("a", "b");
            assertThat(records.get(1).getLong("seq")).isEqualTo(2);
            assertThat(records.get(1).getString("epoch")).isEqualTo("1");
            assertThat(spool.counts().backlog()).isZero();
            assertThat(spool.counts().backlogBytes()).isZero();
            assertThat(spool.read(4096)).isEmpty();
        }
    }

    @Test
    void goesRoundThroughItsSegmentsForever() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            int number = 0;
            for (int round = 0; round < 40; round++) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    ids.add("id-" + number);
                    assertThat(Spooled.append(spool, "id-" + number)).isEqualTo(++number);
                }
                assertThat(Spooled.ids(Spooled.take(spool))).isEqualTo(ids);
                spool.tend(round);
                assertThat(files()).hasSizeLessThanOrEqualTo(4);
            }
            assertThat(spool.counts().dropped()).isZero();
            assertThat(spool.counts().failures()).isZero();
        }
    }

    @Test
    void whatIsNotAcknowledgedIsThereInTheNextLifeUnderItsOldNumbers() throws IOException {
        List<String> ids = IntStream.range(0, 700).mapToObj(i -> "id-" + i).toList();
        try (AuditSpool spool = open(1, 8)) {
            for (String id : ids) {
                assertThat(Spooled.append(spool, id)).isPositive();
                tendNowAndThen(spool);
            }
            Slice slice = spool.read(4096).orElseThrow();
            spool.acknowledge(slice, 3);
        }
        try (AuditSpool spool = open(2, 8)) {
            assertThat(spool.counts().recovered()).isEqualTo(697);
            assertThat(Spooled.append(spool, "new")).isEqualTo(1);
            List<JsonObject> records = Spooled.take(spool);
            assertThat(Spooled.ids(records.subList(0, 697))).isEqualTo(ids.subList(3, 700));
            assertThat(records.get(0).getLong("seq")).isEqualTo(4);
            assertThat(records.get(0).getString("epoch")).isEqualTo("1");
            assertThat(records.get(697).getString("request_id")).isEqualTo("new");
        }
        try (AuditSpool spool = open(3, 8)) {
            assertThat(spool.counts().recovered()).isZero();
            assertThat(spool.read(4096)).isEmpty();
            spool.tend(0);
            assertThat(files()).hasSizeLessThanOrEqualTo(4);
        }
    }

    @Test
    void fullDropsExactlyAndSaysFromWhereToWhere() throws IOException {
        Set<String> kept = new HashSet<>();
        int dropped = 0;
        try (AuditSpool spool = open(1, 4)) {
            spool.tend(0);
            for (int i = 0; i < 2000; i++) {
                if (Spooled.append(spool, "id-" + i) > 0) {
                    kept.add("id-" + i);
                } else {
                    dropped++;
                }
                tendNowAndThen(spool);
            }
            assertThat(dropped).isPositive();
            assertThat(spool.counts().dropped()).isEqualTo(dropped);
            assertThat(files()).hasSize(4);

            List<JsonObject> first = Spooled.take(spool);
            assertThat(new HashSet<>(Spooled.ids(first))).isEqualTo(kept);
            spool.tend(0);
            assertThat(Spooled.append(spool, "after")).isEqualTo(2002);
            List<JsonObject> second = Spooled.take(spool);
            assertThat(second).hasSize(2);
            JsonObject gap = second.get(0);
            assertThat(gap.getString("kind")).isEqualTo("gap");
            assertThat(gap.getLong("a")).isEqualTo(kept.size() + 1);
            assertThat(gap.getLong("b")).isEqualTo(2000);
            assertThat(gap.getLong("b") - gap.getLong("a") + 1).isEqualTo(dropped);
            assertThat(gap.getLong("seq")).isEqualTo(2001);
            assertThat(second.get(1).getString("request_id")).isEqualTo("after");
        }
    }

    @Test
    void aGapIsToldByTheNextLifeIfThisOneEndsFull() throws Exception {
        for (boolean killed : new boolean[] {false, true}) {
            Path own = directory.resolve("killed-" + killed);
            AuditSpool spool = AuditSpool.open(Spooled.settings(own, 4), "edge", 1);
            int kept = 0;
            for (int i = 0; i < 1500; i++) {
                kept += Spooled.append(spool, "id-" + i) > 0 ? 1 : 0;
            }
            assertThat(kept).isBetween(1, 1499);
            Path next = own;
            if (killed) {
                next = directory.resolve("copy");
                copy(own, next);
            }
            spool.close();
            try (AuditSpool after = AuditSpool.open(Spooled.settings(next, 4), "edge", 2)) {
                List<JsonObject> records = Spooled.take(after);
                assertThat(records).hasSize(kept + 1);
                JsonObject gap = records.get(kept);
                assertThat(gap.getString("kind")).isEqualTo("gap");
                assertThat(gap.getString("epoch")).isEqualTo("1");
                assertThat(gap.getLong("a")).isEqualTo(kept + 1);
                assertThat(gap.getLong("b")).isEqualTo(1500);
            }
        }
    }

    @Test
    void staysWithinItsBoundHoweverOftenItIsStartedFull() throws IOException {
        for (int life = 1; life <= 12; life++) {
            try (AuditSpool spool = open(life, 4)) {
                for (int i = 0; i < 300; i++) {
                    long number = Spooled.append(spool, "id");
                    assertThat(number).isNotZero();
                    tendNowAndThen(spool);
                }
            }
        }
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThanOrEqualTo(4L * Spooled.SEGMENT + 12 * 4096);
    }

    @Test
    void aTornRecordAndAllBehindItIsNoRecord() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            for (int i = 0; i < 10; i++) {
                assertThat(Spooled.append(spool, "id-" + i)).isPositive();
            }
        }
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("id-7");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(new byte[] {0, 0}), at)).isEqualTo(2);
        }
        try (AuditSpool spool = open(2, 4)) {
            assertThat(Spooled.ids(Spooled.take(spool)))
                    .containsExactly("id-0", "id-1", "id-2", "id-3", "id-4", "id-5", "id-6");
        }
    }

    @Test
    void anEarlierUseOfAFileIsNotRead() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            for (int round = 0; round < 30; round++) {
                for (int i = 0; i < 100; i++) {
                    assertThat(Spooled.append(spool, round + "-" + i)).isPositive();
                }
                if (round < 29) {
                    assertThat(Spooled.take(spool)).hasSize(100);
                }
                spool.tend(0);
            }
        }
        try (AuditSpool spool = open(2, 4)) {
            assertThat(Spooled.ids(Spooled.take(spool))).hasSize(100).allMatch(each -> each.startsWith("29-"));
        }
    }

    @Test
    void withoutACursorAllIsShippedAgain() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            assertThat(Spooled.append(spool, "a")).isEqualTo(1);
            assertThat(Spooled.take(spool)).hasSize(1);
        }
        Files.write(directory.resolve("cursor"), new byte[64]);
        try (AuditSpool spool = open(2, 4)) {
            assertThat(Spooled.ids(Spooled.take(spool))).containsExactly("a");
        }
    }

    @Test
    void batchesAreConsecutiveAndBounded() throws IOException {
        try (AuditSpool spool = open(1, 8)) {
            for (int i = 0; i < 500; i++) {
                assertThat(Spooled.append(spool, "id-" + i)).isPositive();
                tendNowAndThen(spool);
            }
            Slice slice = spool.read(10_000).orElseThrow();
            assertThat(slice.batch().firstSeq()).isEqualTo(1);
            assertThat(slice.batch().records().stream()
                            .mapToInt(each -> each.length() + 4)
                            .sum())
                    .isBetween(9_000, 10_000);
            assertThat(spool.read(10_000).orElseThrow().batch().firstSeq())
                    .as("until acknowledged")
                    .isEqualTo(1);
            spool.acknowledge(slice, 5);
            assertThat(spool.read(1).orElseThrow().batch().firstSeq()).isEqualTo(6);
            assertThat(spool.read(1).orElseThrow().batch().records()).hasSize(1);
        }
    }

    @Test
    void readsOnBehindWhatIsNotAcknowledgedAndGivesSegmentsBackOnceItIs() throws IOException {
        try (AuditSpool spool = open(1, 8)) {
            for (int i = 0; i < 700; i++) {
                assertThat(Spooled.append(spool, "id-" + i)).isPositive();
                tendNowAndThen(spool);
            }
            List<Slice> read = new ArrayList<>();
            for (Optional<Slice> slice = spool.read(10_000);
                    slice.isPresent();
                    slice = spool.readAfter(slice.get(), 10_000)) {
                assertThat(read.isEmpty() || slice.get().follows(read.get(read.size() - 1)))
                        .isTrue();
                read.add(slice.get());
            }
            assertThat(read.stream().map(each -> each.from().ordinal()).distinct())
                    .as("segments")
                    .hasSizeGreaterThan(2);
            assertThat(read.subList(0, read.size() - 1)).allMatch(Slice::moreBehind);
            assertThat(read.get(read.size() - 1).moreBehind()).isFalse();
            assertThat(read.get(read.size() - 1).lastSeq()).isEqualTo(700);
            assertThat(spool.counts().backlog()).isEqualTo(700);
            for (Slice each : read) {
                spool.acknowledge(each, each.lastSeq());
            }
            assertThat(spool.counts().backlog()).isZero();
            assertThat(spool.counts().backlogBytes()).isZero();
            for (int i = 700; i < 1400; i++) {
                assertThat(Spooled.append(spool, "id-" + i))
                        .as("room is there again")
                        .isPositive();
                tendNowAndThen(spool);
            }
        }
    }

    @Test
    void whatNumbersAreMissingBeforeDoesNotFollow() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            assertThat(Spooled.append(spool, "a")).isEqualTo(1);
            assertThat(spool.skip(1000)).isEqualTo(-1);
            assertThat(Spooled.append(spool, "b")).isEqualTo(4);
            Slice first = spool.read(4096).orElseThrow();
            Slice second = spool.readAfter(first, 4096).orElseThrow();
            assertThat(first.lastSeq()).isEqualTo(1);
            assertThat(second.batch().firstSeq()).as("what tells of the gap").isEqualTo(3);
            assertThat(second.follows(first)).isFalse();
        }
    }

    @Test
    void oneProcessAtATime() throws IOException {
        try (AuditSpool spool = open(1, 4)) {
            assertThat(spool.epoch()).isEqualTo(1);
            assertThatThrownBy(() -> open(2, 4)).isInstanceOf(IOException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void manyThreadsShareOneOrder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (AuditSpool spool = AuditSpool.open(SpoolSettings.of(directory, 64 << 20), "edge", 1)) {
            for (int t = 0; t < 4; t++) {
                String name = "t" + t + "-";
                threads.execute(() -> IntStream.range(0, 5000).forEach(i -> {
                    long number = Spooled.append(spool, name + i);
                    assert number > 0;
                }));
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            List<JsonObject> records = Spooled.take(spool);
            assertThat(records).hasSize(20_000);
            assertThat(records.stream().map(each -> each.getLong("seq")).toList())
                    .isEqualTo(IntStream.rangeClosed(1, 20_000)
                            .asLongStream()
                            .boxed()
                            .toList());
            assertThat(new HashSet<>(Spooled.ids(records))).hasSize(20_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aKilledProcessLosesNothingThatItHadAppended() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendUntilKilled.class.getName(),
                        directory.toString())
                .redirectError(new File("/dev/null"))
                .start();
        Set<String> told = new HashSet<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String id = out.readLine(); id != null; id = out.readLine()) {
                if (id.startsWith("id-")) {
                    told.add(id);
                }
                if (told.size() == 3000) {
                    child.destroyForcibly();
                }
            }
        } catch (IOException e) {
            // The pipe breaks with the process.
            assertThat(told).hasSizeGreaterThanOrEqualTo(3000);
        }
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(137);
        assertThat(told).hasSizeGreaterThanOrEqualTo(3000);
        try (AuditSpool spool = AuditSpool.open(SpoolSettings.of(directory, 64 << 20), "edge", 2)) {
            List<String> ids = Spooled.ids(Spooled.take(spool));
            assertThat(new HashSet<>(ids)).hasSameSizeAs(ids).containsAll(told);
        }
    }

    private static void tendNowAndThen(AuditSpool spool) {
        if (spool.counts().appended() % 40 == 0) {
            spool.tend(0);
        }
    }

    private AuditSpool open(long epoch, int segments) throws IOException {
        return AuditSpool.open(Spooled.settings(directory, segments), "edge", epoch);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(each -> each.toString().endsWith(".spool"))
                    .sorted()
                    .toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> entries = Files.list(from)) {
            for (Path each : entries.toList()) {
                Files.copy(each, to.resolve(each.getFileName()));
            }
        }
    }
}
