package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditStoreTest {
    @TempDir
    Path directory;

    @Test
    void acknowledgesWhatIsSyncedAndKnowsItAfterARestart() throws Exception {
        try (AuditStore store = open()) {
            assertThat(await(store.append(Batches.batch("e", 1, 1, 10)))).isEqualTo(new AuditAck("e", 1, 10));
            assertThat(Batches.told(directory)).hasSize(10);
        }
        try (AuditStore store = open()) {
            assertThat(await(store.append(Batches.batch("e", 1, 1, 12)))).isEqualTo(new AuditAck("e", 1, 12));
            assertThat(store.numbers().duplicates()).isEqualTo(10);
        }
        assertThat(Batches.told(directory))
                .isEqualTo(LongStream.rangeClosed(1, 12).mapToObj(i -> "e:" + i).toList());
    }

    @Test
    void moreThanMayWaitIsRefusedAndWhatWasAcknowledgedIsThere() throws Exception {
        List<Future<AuditAck>> answers = new ArrayList<>();
        try (AuditStore store = open()) {
            for (int edge = 0; edge < 4 * AuditStore.WAITING; edge++) {
                answers.add(store.append(Batches.batch("e" + edge, 1, 1, 3)));
            }
            for (Future<AuditAck> answer : answers) {
                answer.toCompletionStage()
                        .handle((ack, failure) -> 0)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
            }
            long refused = answers.stream().filter(Future::failed).count();
            assertThat(store.refused()).isEqualTo(refused);
            assertThat(Batches.told(directory)).hasSize((int) (answers.size() - refused) * 3);
        }
    }

    @Test
    void takesABatchAheadOnlyBehindTheOneBeforeIt() throws Exception {
        try (AuditStore store = open()) {
            assertThat(failure(store.append(Batches.batch("e", 1, 4, 6), true)))
                    .as("nothing is there")
                    .isNotNull();
            List<Future<AuditAck>> together = List.of(
                    store.append(Batches.batch("e", 1, 1, 3), false),
                    store.append(Batches.batch("e", 1, 4, 6), true),
                    store.append(Batches.batch("e", 1, 9, 9), true),
                    store.append(Batches.batch("f", 1, 9, 9), true),
                    store.append(Batches.batch("e", 1, 7, 8), true));
            assertThat(await(together.get(1))).isEqualTo(new AuditAck("e", 1, 6));
            assertThat(failure(together.get(2))).as("early").isNotNull();
            assertThat(failure(together.get(3))).as("another edge").isNotNull();
            assertThat(await(together.get(4))).isEqualTo(new AuditAck("e", 1, 8));
            assertThat(await(store.append(Batches.batch("e", 1, 7, 10), true))).isEqualTo(new AuditAck("e", 1, 10));
            assertThat(store.early()).isEqualTo(3);
        }
        assertThat(Batches.told(directory))
                .isEqualTo(LongStream.rangeClosed(1, 10).mapToObj(i -> "e:" + i).toList());
    }

    @Test
    void whatIsAheadOfABatchThatTheDiskFailedIsRefused() throws Exception {
        try (AuditStore store = open()) {
            assertThat(await(store.append(Batches.batch("e", 1, 1, 1000)))).isNotNull();
            Files.createDirectory(new Segments(directory).file(2));
            assertThat(failure(store.append(Batches.batch("e", 1, 1001, 1002)))).isNotNull();
            assertThat(failure(store.append(Batches.batch("e", 1, 1003, 1004), true)))
                    .hasMessageContaining("early");
            Files.delete(new Segments(directory).file(2));
            assertThat(await(store.append(Batches.batch("e", 1, 1001, 1002)))).isEqualTo(new AuditAck("e", 1, 1002));
            assertThat(await(store.append(Batches.batch("e", 1, 1003, 1004), true)))
                    .isEqualTo(new AuditAck("e", 1, 1004));
            assertThat(store.numbers().gaps()).isZero();
        }
        assertThat(Batches.told(directory)).hasSize(1004);
    }

    @Test
    void goesOnWhateverIsThrown() throws Exception {
        AtomicBoolean failing = new AtomicBoolean();
        InstantSource clock = () -> {
            if (failing.get()) {
                throw new OutOfMemoryError("test");
            }
            return Instant.now();
        };
        try (AuditStore store = AuditStore.open(Batches.settings(directory), clock)) {
            failing.set(true);
            // Each time it is thrown twice: while a batch is written, and behind that.
            assertThat(failure(store.append(Batches.batch("e", 1, 1, 2)))).isInstanceOf(OutOfMemoryError.class);
            assertThat(failure(store.append(Batches.batch("e", 1, 1, 2)))).isInstanceOf(OutOfMemoryError.class);
            failing.set(false);
            assertThat(await(store.append(Batches.batch("e", 1, 1, 2)))).isEqualTo(new AuditAck("e", 1, 2));
            assertThat(store.trouble()).isEmpty();
        }
        assertThat(Batches.told(directory)).hasSize(2);
    }

    @Test
    void whatIsNoBatchIsRefused() throws Exception {
        try (AuditStore store = open()) {
            assertThat(store.append(new AuditBatch("", 1, 1, List.of())).failed())
                    .isTrue();
            assertThat(store.append(new AuditBatch("e", 1, 0, List.of())).failed())
                    .isTrue();
            assertThat(store.append(new AuditBatch("e".repeat(600), 1, 1, List.of()))
                            .failed())
                    .isTrue();
            assertThat(await(store.append(new AuditBatch("e", 1, 5, List.of()))))
                    .isEqualTo(new AuditAck("e", 1, 4));
        }
    }

    @Test
    void aDiskThatFailsIsToldAndRecoversByItself() throws Exception {
        Segments segments = new Segments(directory);
        try (AuditStore store = open()) {
            assertThat(await(store.append(Batches.batch("e", 1, 1, 1000)))).isNotNull();
            Files.createDirectory(segments.file(2));
            assertThat(failure(store.append(Batches.batch("e", 1, 1001, 1002)))).isNotNull();
            assertThat(store.trouble()).isPresent();
            assertThat(store.diskFailures()).isEqualTo(1);
            Files.delete(segments.file(2));
            assertThat(await(store.append(Batches.batch("e", 1, 1001, 1002)))).isEqualTo(new AuditAck("e", 1, 1002));
            assertThat(store.trouble()).isEmpty();
        }
        assertThat(Batches.told(directory)).hasSize(1002);
    }

    @Test
    void whatComesAfterTheEndIsRefused() throws Exception {
        AuditStore store = open();
        store.close();
        assertThat(store.append(Batches.batch("e", 1, 1, 1)).failed()).isTrue();
    }

    @Test
    void killedAgainAndAgainItHasEachRecordOnce() throws Exception {
        long acknowledged = 0;
        for (int life = 0; life < 3; life++) {
            // As an edge does: again from what was acknowledged, and some that were before.
            acknowledged = appendUntilKilled(Math.max(1, acknowledged - 14), 40);
        }
        try (AuditStore store = open()) {
            assertThat(await(store.append(Batches.batch("e", 1, acknowledged + 1, acknowledged + 30)))
                            .throughSeq())
                    .isEqualTo(acknowledged + 30);
        }
        assertThat(Batches.told(directory))
                .isEqualTo(LongStream.rangeClosed(1, acknowledged + 30)
                        .mapToObj(i -> "e:" + i)
                        .toList());
    }

    /** The last number that a child had acknowledged when it was killed after so many acknowledgements. */
    private long appendUntilKilled(long from, int acknowledgements) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendUntilKilled.class.getName(),
                        directory.toString(),
                        Long.toString(from))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long last = 0;
        int count = 0;
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("acknowledged ")) {
                    last = Long.parseLong(line.substring(13));
                    if (++count == acknowledgements) {
                        child.destroyForcibly();
                    }
                }
            }
        } catch (IOException e) {
            // The pipe breaks with the process.
            assertThat(count).isGreaterThanOrEqualTo(acknowledgements);
        }
        assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(137);
        return last;
    }

    private AuditStore open() throws Exception {
        return AuditStore.open(Batches.settings(directory), InstantSource.system());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static Throwable failure(Future<AuditAck> future) throws Exception {
        return future.toCompletionStage()
                .handle((ack, failure) -> failure)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }
}
