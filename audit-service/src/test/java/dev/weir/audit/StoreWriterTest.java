package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreWriterTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # ranges received            | lines in the store
            1-3                          | e:1 e:2 e:3
            1-3 4-5                      | e:1 e:2 e:3 e:4 e:5
            1-3 1-3                      | e:1 e:2 e:3
            1-3 2-5                      | e:1 e:2 e:3 e:4 e:5
            1-3 5-6                      | e:1 e:2 e:3 e:4..4 e:5 e:6
            1-3 7-7 4-6                  | e:1 e:2 e:3 e:4..6 e:7
            4-4                          | e:1..3 e:4
            1-2 1-1 3-3 2-3 1-3 4-4      | e:1 e:2 e:3 e:4
            """)
    void keepsEachRecordOnceAndSaysWhatIsMissing(String ranges, String expected) throws IOException {
        List<AuditBatch> batches = Arrays.stream(ranges.split(" "))
                .map(each -> each.split("-"))
                .map(each -> Batches.batch("e", 9, Long.parseLong(each[0]), Long.parseLong(each[1])))
                .toList();
        Path apart = directory.resolve("apart");
        try (StoreWriter writer = open(apart)) {
            for (AuditBatch batch : batches) {
                assertThat(writer.write(List.of(batch), 0))
                        .containsExactly(new AuditAck(
                                "e", 9, batch.firstSeq() + batch.records().size() - 1));
            }
        }
        assertThat(String.join(" ", Batches.told(apart))).isEqualTo(expected);
        Path together = directory.resolve("together");
        try (StoreWriter writer = open(together)) {
            assertThat(writer.write(batches, 0)).hasSameSizeAs(batches);
        }
        assertThat(String.join(" ", Batches.told(together))).isEqualTo(expected);
        Path restarted = directory.resolve("restarted");
        for (AuditBatch batch : batches) {
            try (StoreWriter writer = open(restarted)) {
                assertThat(writer.write(List.of(batch), 0)).hasSize(1);
            }
        }
        assertThat(String.join(" ", Batches.told(restarted))).isEqualTo(expected);
    }

    @Test
    void livesOfEdgesAreApart() throws IOException {
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(
                            List.of(
                                    Batches.batch("a", 1, 1, 2),
                                    Batches.batch("b", 1, 1, 1),
                                    Batches.batch("a", -5, 1, 1),
                                    Batches.batch("a", 1, 3, 3)),
                            0))
                    .hasSize(4);
            assertThat(writer.numbers().appended()).isEqualTo(5);
            assertThat(writer.numbers().duplicates()).isZero();
            assertThat(writer.numbers().gaps()).isZero();
        }
    }

    @Test
    void believesAnEdgeThatSaysWhatItDropped() throws IOException {
        String gap = Batches.record("e", 1, 11)
                .put("kind", "gap")
                .put("a", 4)
                .put("b", 10)
                .encode();
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 3)), 0)).hasSize(1);
            assertThat(writer.write(List.of(Batches.of("e", 1, 11, gap)), 0)).hasSize(1);
            assertThat(writer.write(List.of(Batches.batch("e", 1, 12, 12)), 0)).hasSize(1);
            assertThat(writer.numbers().gaps()).isZero();
        }
        assertThat(Batches.told(directory)).containsExactly("e:1", "e:2", "e:3", "e:11", "e:12");
    }

    @Test
    void saysWhatIsMissingBeforeThatToo() throws IOException {
        String gap = Batches.record("e", 1, 11)
                .put("kind", "gap")
                .put("a", 6)
                .put("b", 10)
                .encode();
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 3), Batches.of("e", 1, 11, gap)), 0))
                    .hasSize(2);
        }
        assertThat(Batches.told(directory)).containsExactly("e:1", "e:2", "e:3", "e:4..5", "e:11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "{\"edge\":\"e\",\"epoch\":\"1\",\"seq\":1",
                "{\"edge\":\"e\",\"epoch\":\"1\",\"seq\":2}",
                "{\"edge\":\"x\",\"epoch\":\"1\",\"seq\":1}",
                "{\"edge\":\"e\",\"epoch\":\"1\",\"seq\":1}\n{\"forged\":1}",
                "{\"edge\":\"e\",\"epoch\":\"1\",\"seq\":1}{}",
            })
    void whatIsNoRecordIsKeptAsSuch(String record) throws IOException {
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.of("e", 1, 1, record)), 0))
                    .containsExactly(new AuditAck("e", 1, 1));
            assertThat(writer.numbers().unreadable()).isEqualTo(1);
        }
        List<JsonObject> lines = Batches.lines(directory);
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0).getString("kind")).isEqualTo("unreadable");
        assertThat(lines.get(0).getString("record")).isEqualTo(record);
        assertThat(lines.get(0).getLong("seq")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"edge\":\"e\",\"epo", "\u0000\u0000\u0000", "{\"edge\":\"e\"}garbage\n\u0000\u0000\n", "{"})
    void aTornEndIsCutOffAndComesAgain(String torn) throws IOException {
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 5)), 0)).hasSize(1);
        }
        Files.deleteIfExists(new Segments(directory).marks());
        Files.writeString(new Segments(directory).file(1), torn, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 3, 8)), 0)).hasSize(1);
        }
        assertThat(Batches.told(directory)).containsExactly("e:1", "e:2", "e:3", "e:4", "e:5", "e:6", "e:7", "e:8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no json", "{}", "{\"segment\":1,\"offset\":3,\"marks\":[[1]]}", "no UTF-8: \u00ff"})
    void withoutUsableMarksTheSegmentsAreRead(String marks) throws IOException {
        try (StoreWriter writer = open(directory)) {
            for (int i = 0; i < 10; i++) {
                assertThat(writer.write(List.of(Batches.batch("e", 1, 1 + i * 100, 100 + i * 100)), 0))
                        .hasSize(1);
            }
        }
        assertThat(new Segments(directory).numbers()).hasSizeGreaterThan(1);
        Files.writeString(new Segments(directory).marks(), marks, StandardCharsets.ISO_8859_1);
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 901, 1001)), 0))
                    .hasSize(1);
            assertThat(writer.numbers().duplicates()).isEqualTo(100);
            assertThat(writer.numbers().appended()).isEqualTo(1);
        }
    }

    @Test
    void rotatesBySizeAndByAge() throws IOException {
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 10)), 0)).hasSize(1);
            assertThat(writer.synced().segment()).isEqualTo(1);
            assertThat(writer.write(
                            List.of(Batches.batch("e", 1, 11, 11)),
                            Duration.ofDays(1).toMillis()))
                    .hasSize(1);
            assertThat(writer.synced().segment()).isEqualTo(2);
            assertThat(writer.write(List.of(Batches.batch("e", 1, 12, 1011)), 0))
                    .hasSize(1);
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1012, 1012)), 0))
                    .hasSize(1);
            assertThat(writer.synced().segment()).isEqualTo(3);
        }
        assertThat(Batches.lines(directory)).hasSize(1012);
    }

    @Test
    void deletesTheOldestByAgeAndBySize() throws IOException {
        StoreSettings settings =
                new StoreSettings(directory, 10_000, Duration.ofDays(1), 35_000, Duration.ofDays(2), List.of());
        Segments segments = new Segments(directory);
        try (StoreWriter writer = new StoreWriter(settings, segments, 0)) {
            for (int i = 0; i < 6; i++) {
                assertThat(writer.write(List.of(Batches.batch("e", 1, 1 + i * 100, 100 + i * 100)), 0))
                        .hasSize(1);
            }
            assertThat(segments.numbers()).hasSize(6);
            long now = Files.getLastModifiedTime(segments.file(6)).toMillis();
            assertThat(writer.retain(now)).isEqualTo(3);
            assertThat(segments.numbers()).containsExactly(4L, 5L, 6L);
            FileTime old = FileTime.fromMillis(now - Duration.ofDays(3).toMillis());
            assertThat(Files.setLastModifiedTime(segments.file(4), old)).isNotNull();
            assertThat(Files.setLastModifiedTime(segments.file(6), old)).isNotNull();
            assertThat(writer.retain(now)).isEqualTo(1);
            assertThat(segments.numbers()).containsExactly(5L, 6L);
        }
        try (StoreWriter writer = new StoreWriter(settings, segments, 0)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 601)), 0)).hasSize(1);
            assertThat(writer.numbers().duplicates()).isEqualTo(600);
        }
    }

    @Test
    void aFullDiskAcknowledgesNothingAndLeavesNoRecordTwice() throws IOException {
        Segments segments = new Segments(directory);
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 1000)), 0)).hasSize(1);
            // The next segment lies on a disk that is full.
            Path full = Files.createSymbolicLink(segments.file(2), Path.of("/dev/full"));
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> writer.write(List.of(Batches.batch("e", 1, 1001, 1010)), 0))
                        .isInstanceOf(IOException.class);
            }
            assertThat(writer.numbers().appended()).isEqualTo(1000);
            Files.delete(full);
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1001, 1010)), 0))
                    .hasSize(1);
        }
        assertThat(Batches.told(directory))
                .isEqualTo(
                        LongStream.rangeClosed(1, 1010).mapToObj(i -> "e:" + i).toList());
    }

    @Test
    void whatAFailureLeftBehindIsCutOffBeforeTheNextGroup() throws IOException {
        Segments segments = new Segments(directory);
        try (StoreWriter writer = open(directory)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 1000)), 0)).hasSize(1);
            Files.createDirectory(segments.file(2));
            assertThatThrownBy(() -> writer.write(List.of(Batches.batch("e", 1, 1001, 1010)), 0))
                    .isInstanceOf(IOException.class);
            Files.delete(segments.file(2));
            // As if a write had got half way before the failure.
            Files.writeString(segments.file(2), "{\"edge\":\"e\",\"epoch\":\"1\",\"seq\":1001}\n{\"ed");
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1001, 1010)), 0))
                    .hasSize(1);
        }
        assertThat(Batches.told(directory))
                .isEqualTo(
                        LongStream.rangeClosed(1, 1010).mapToObj(i -> "e:" + i).toList());
    }

    @Test
    void copiesToSinksAndDoesNotCareWhetherTheyWork() throws IOException {
        Path sink = directory.resolve("copy.log");
        StoreSettings settings = new StoreSettings(
                directory.resolve("store"),
                64 << 10,
                Duration.ofDays(1),
                1L << 30,
                Duration.ofDays(90),
                List.of(directory.resolve("no/such/directory.log"), sink));
        try (StoreWriter writer = new StoreWriter(settings, new Segments(settings.directory()), 0)) {
            assertThat(writer.write(List.of(Batches.batch("e", 1, 1, 2)), 0)).hasSize(1);
            assertThat(writer.write(List.of(Batches.batch("e", 1, 3, 3)), 0)).hasSize(1);
            assertThat(writer.numbers().copyFailures()).isEqualTo(2);
        }
        assertThat(Files.readAllLines(sink))
                .isEqualTo(Batches.lines(settings.directory()).stream()
                        .map(JsonObject::encode)
                        .toList());
    }

    @Test
    void anyOrderOfDeliveriesAndRestartsKeepsEachRecordOnce() throws IOException {
        Random random = new Random(11);
        StoreWriter writer = open(directory);
        List<AuditBatch> sent = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            sent.add(Batches.batch("e", 1, 1 + i * 10, 10 + i * 10));
        }
        for (AuditBatch batch : sent) {
            List<AuditBatch> group = new ArrayList<>(List.of(batch));
            IntStream.range(0, random.nextInt(3))
                    .forEach(i -> group.add(sent.get(random.nextInt(sent.indexOf(batch) + 1))));
            Collections.swap(group, 0, random.nextInt(group.size()));
            assertThat(writer.write(group, 0)).hasSameSizeAs(group);
            if (random.nextInt(5) == 0) {
                writer.close();
                if (random.nextBoolean()) {
                    Files.deleteIfExists(new Segments(directory).marks());
                }
                writer = open(directory);
            }
        }
        writer.close();
        assertThat(Batches.told(directory))
                .isEqualTo(
                        LongStream.rangeClosed(1, 600).mapToObj(i -> "e:" + i).toList());
    }

    private static StoreWriter open(Path directory) throws IOException {
        return new StoreWriter(Batches.settings(directory), new Segments(directory), 0);
    }
}
