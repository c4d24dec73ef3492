package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditOutboxTest {
    private static final AuditShipper.Pace QUICK = new AuditShipper.Pace(
            Duration.ofMillis(1), Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofMillis(5));

    /** A batch on its way, to be answered by the test. */
    private record Sent(AuditBatch batch, Promise<AuditAck> answer) {
        void acknowledge() {
            answer.complete(through(batch.firstSeq() + batch.records().size() - 1));
        }

        AuditAck through(long seq) {
            return new AuditAck(batch.edge(), batch.epoch(), seq);
        }
    }

    @TempDir
    Path directory;

    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();

    @Test
    void shipsOneBatchAtATimeUntilTheSpoolIsEmpty() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 1000);
            List<String> arrived = new ArrayList<>();
            while (arrived.size() < 1000) {
                Sent batch = next();
                assertThat(sent).isEmpty();
                batch.batch().records().forEach(each -> arrived.add(new JsonObject(each).getString("request_id")));
                batch.acknowledge();
            }
            assertThat(arrived)
                    .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "id-" + i).toList());
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
            assertThat(outbox.numbers().backlogRecords()).isZero();
            assertThat(outbox.numbers().oldestMillis()).isZero();
            assertThat(outbox.numbers().acknowledged()).isEqualTo(1000);
        }
    }

    @Test
    void shipsTheSameAgainAfterAFailureASilenceAndAnAnswerToSomethingElse() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 5);
            Sent refused = next();
            refused.answer().fail("disk full");
            Sent silent = next();
            assertThat(silent.batch().firstSeq()).isEqualTo(1);
            Sent mistaken = next();
            mistaken.answer().complete(new AuditAck("edge", 99, 5));
            Sent again = next();
            assertThat(again.batch().firstSeq()).isEqualTo(1);
            // The answer to an earlier attempt comes late: ignored, the same is on its way again.
            silent.acknowledge();
            again.acknowledge();
            append(outbox, 5, 1);
            List<Long> later = new ArrayList<>();
            while (!later.contains(6L)) {
                Sent batch = next();
                IntStream.range(0, batch.batch().records().size())
                        .forEach(i -> later.add(batch.batch().firstSeq() + i));
                batch.acknowledge();
            }
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
            assertThat(outbox.numbers().acknowledged()).isEqualTo(6);
            assertThat(outbox.numbers().shipFailures()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void goesOnBehindWhatWasAcknowledgedInPart() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 200);
            Sent first = next();
            first.answer().complete(first.through(1));
            assertThat(next().batch().firstSeq()).isEqualTo(2);
            assertThat(outbox.numbers().acknowledged()).isEqualTo(1);
            assertThat(outbox.numbers().oldestMillis()).isEqualTo(1000);
        }
    }

    @Test
    void aDrainEndsInTimeEvenIfNobodyAnswers() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 3);
            assertThat(await(outbox.drain(Duration.ofMillis(50)))).isFalse();
            assertThat(outbox.numbers().backlogRecords()).isEqualTo(3);
        }
        try (AuditOutbox outbox = open(batch -> Future.succeededFuture(new AuditAck(
                batch.edge(), batch.epoch(), batch.firstSeq() + batch.records().size() - 1)))) {
            assertThat(outbox.numbers().recovered()).isEqualTo(3);
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
        }
    }

    @Test
    void everyRecordArrivesThoughAnswersGetLost() throws Exception {
        TreeMap<Long, String> log = new TreeMap<>();
        int[] calls = new int[1];
        try (AuditOutbox outbox = open(batch -> {
            for (int i = 0; i < batch.records().size(); i++) {
                log.putIfAbsent(
                        batch.firstSeq() + i, new JsonObject(batch.records().get(i)).getString("request_id"));
            }
            return calls[0]++ % 3 == 0
                    ? Future.failedFuture("answer lost")
                    : Future.succeededFuture(new AuditAck(
                            batch.edge(),
                            batch.epoch(),
                            batch.firstSeq() + batch.records().size() - 1));
        })) {
            append(outbox, 0, 20_000);
            assertThat(await(outbox.drain(Duration.ofSeconds(15)))).isTrue();
            assertThat(outbox.numbers().dropped()).isZero();
        }
        assertThat(log).hasSize(20_000);
        assertThat(new ArrayList<>(log.values()))
                .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> "id-" + i).toList());
    }

    private AuditOutbox open(Function<AuditBatch, Future<AuditAck>> send) throws IOException {
        AuditSpool spool = AuditSpool.open(SpoolSettings.of(directory, 64 << 20), "edge", System.nanoTime() | 1);
        return new AuditOutbox(spool, send, InstantSource.system(), QUICK);
    }

    private Future<AuditAck> send(AuditBatch batch) {
        Promise<AuditAck> answer = Promise.promise();
        boolean added = sent.add(new Sent(batch, answer));
        assert added;
        return answer.future();
    }

    private Sent next() throws InterruptedException {
        Sent next = sent.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static void append(AuditOutbox outbox, int from, int count) {
        for (int i = from; i < from + count; i++) {
            assertThat(outbox.append(Spooled.record("id-" + i))).isEqualTo(i + 1);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
