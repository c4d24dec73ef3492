package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditOutboxTest {
    /** Gives up what isn't answered: only for silence, as who answers may be late. */
    private static final AuditShipper.Pace QUICK = new AuditShipper.Pace(
            Duration.ofMillis(1), Duration.ofMillis(100), Duration.ofMillis(1), Duration.ofMillis(5));

    private static final AuditShipper.Pace PATIENT = new AuditShipper.Pace(
            Duration.ofMillis(1), Duration.ofSeconds(60), Duration.ofMillis(1), Duration.ofMillis(5));

    /** A batch on its way, to be answered by the test. */
    private record Sent(AuditBatch batch, boolean next, Promise<AuditAck> answer) {
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
    void shipsAllInTheirOrderUntilTheSpoolIsEmpty() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 6000);
            List<String> arrived = new ArrayList<>();
            while (arrived.size() < 6000) {
                Sent each = next();
                each.batch().records().forEach(record -> arrived.add(id(record)));
                each.acknowledge();
            }
            assertThat(arrived)
                    .isEqualTo(IntStream.range(0, 6000).mapToObj(i -> "id-" + i).toList());
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
            assertThat(outbox.numbers().backlogRecords()).isZero();
            assertThat(outbox.numbers().oldestMillis()).isZero();
            assertThat(outbox.numbers().acknowledged()).isEqualTo(6000);
            assertThat(outbox.numbers().shipFailures()).isZero();
        }
    }

    @Test
    void shipsMoreAndMoreBatchesTogetherButNotMoreThanSixteen() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 10_000);
            ArrayDeque<Sent> underWay = new ArrayDeque<>();
            for (int together : new int[] {1, 2, 8}) {
                take(underWay, together);
                assertThat(sent).as("with %s under way", together).isEmpty();
                acknowledge(underWay, together);
            }
            // More is sent as soon as half of sixteen is acknowledged.
            take(underWay, 9);
            assertThat(sent).isEmpty();
            acknowledge(underWay, 1);
            take(underWay, 8);
            assertThat(underWay).hasSize(AuditShipper.MOST_UNDER_WAY);
            // Not even in a hurry.
            assertThat(await(outbox.drain(Duration.ofMillis(50)))).isFalse();
            assertThat(sent).isEmpty();
            assertThat(outbox.numbers().backlogRecords())
                    .isGreaterThan(underWay.stream()
                            .mapToInt(each -> each.batch().records().size())
                            .sum());
            assertThat(outbox.numbers().shipFailures()).isZero();
        }
    }

    @Test
    void anAcknowledgementCountsOnceAllBeforeItAreThere() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 1000);
            next().acknowledge();
            Sent second = next();
            Sent third = next();
            assertThat(third.next()).isTrue();
            long before = outbox.numbers().acknowledged();
            third.acknowledge();
            // Nothing counts of it, and when the second fails both come again, the second alone at first.
            second.answer().fail("disk full");
            Sent again = next();
            assertThat(again.batch().firstSeq()).isEqualTo(second.batch().firstSeq());
            assertThat(again.next()).isFalse();
            assertThat(outbox.numbers().acknowledged()).isEqualTo(before);
            assertThat(outbox.numbers().shipFailures()).isEqualTo(1);
            again.acknowledge();
            assertThat(next().batch().firstSeq()).isEqualTo(third.batch().firstSeq());
        }
    }

    @Test
    void aLogThatTakesNothingAheadIsSentOneAfterTheOther() throws Exception {
        TreeMap<Long, String> log = new TreeMap<>();
        try (AuditOutbox outbox = open((batch, next) -> {
            if (next) {
                return Future.failedFuture("nobody serves it");
            }
            keep(log, batch);
            return Future.succeededFuture(through(batch));
        })) {
            append(outbox, 0, 3000);
            assertThat(await(outbox.drain(Duration.ofSeconds(15)))).isTrue();
            assertThat(outbox.numbers().shipFailures()).isZero();
        }
        assertThat(log).hasSize(3000);
    }

    @Test
    void shipsTheSameAgainAfterAFailureAndAnAnswerToSomethingElse() throws Exception {
        try (AuditOutbox outbox = open(this::send)) {
            append(outbox, 0, 5);
            next().answer().fail("disk full");
            Sent mistaken = next();
            assertThat(mistaken.batch().firstSeq()).isEqualTo(1);
            mistaken.answer().complete(new AuditAck("edge", 99, 5));
            Sent again = next();
            assertThat(again.batch().firstSeq()).isEqualTo(1);
            again.acknowledge();
            append(outbox, 5, 1);
            long through = through(again.batch()).throughSeq();
            while (through < 6) {
                Sent batch = next();
                assertThat(batch.batch().firstSeq()).isEqualTo(through + 1);
                through = through(batch.batch()).throughSeq();
                batch.acknowledge();
            }
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
            assertThat(outbox.numbers().acknowledged()).isEqualTo(6);
            assertThat(outbox.numbers().shipFailures()).isEqualTo(2);
        }
    }

    @Test
    void shipsTheSameAgainAfterASilenceWhoseEndComesTooLate() throws Exception {
        try (AuditOutbox outbox = open(this::send, QUICK)) {
            append(outbox, 0, 5);
            Sent silent = next();
            Sent again = next();
            assertThat(silent.batch().firstSeq()).isEqualTo(1);
            assertThat(again.batch().firstSeq()).isEqualTo(1);
            // The answer to an earlier attempt: ignored, the same is on its way again, and given up again.
            silent.acknowledge();
            sent.clear();
            assertThat(next().batch().firstSeq()).isEqualTo(1);
            assertThat(next().batch().firstSeq()).isEqualTo(1);
            assertThat(outbox.numbers().acknowledged()).isZero();
            assertThat(outbox.numbers().shipFailures()).isGreaterThanOrEqualTo(2);
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
        try (AuditOutbox outbox = open((batch, next) -> Future.succeededFuture(through(batch)))) {
            assertThat(outbox.numbers().recovered()).isEqualTo(3);
            assertThat(await(outbox.drain(Duration.ofSeconds(10)))).isTrue();
        }
    }

    @Test
    void everyRecordArrivesThoughAnswersGetLost() throws Exception {
        TreeMap<Long, String> log = new TreeMap<>();
        int[] calls = new int[1];
        try (AuditOutbox outbox = open((batch, next) -> {
            if (next && batch.firstSeq() > log.size() + 1) {
                return Future.failedFuture("early");
            }
            keep(log, batch);
            return calls[0]++ % 3 == 0 ? Future.failedFuture("answer lost") : Future.succeededFuture(through(batch));
        })) {
            append(outbox, 0, 20_000);
            assertThat(await(outbox.drain(Duration.ofSeconds(15)))).isTrue();
            assertThat(outbox.numbers().dropped()).isZero();
        }
        assertThat(log).hasSize(20_000);
        assertThat(new ArrayList<>(log.values()))
                .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> "id-" + i).toList());
    }

    private static String id(Buffer record) {
        return new JsonObject(record).getString("request_id");
    }

    private static void keep(Map<Long, String> log, AuditBatch batch) {
        for (int i = 0; i < batch.records().size(); i++) {
            log.putIfAbsent(batch.firstSeq() + i, id(batch.records().get(i)));
        }
    }

    private static AuditAck through(AuditBatch batch) {
        return new AuditAck(
                batch.edge(), batch.epoch(), batch.firstSeq() + batch.records().size() - 1);
    }

    private AuditOutbox open(AuditShipper.Carrier send) throws IOException {
        return open(send, PATIENT);
    }

    private AuditOutbox open(AuditShipper.Carrier send, AuditShipper.Pace pace) throws IOException {
        AuditSpool spool = AuditSpool.open(SpoolSettings.of(directory, 64 << 20), "edge", System.nanoTime() | 1);
        return new AuditOutbox(spool, send, InstantSource.system(), pace);
    }

    private Future<AuditAck> send(AuditBatch batch, boolean next) {
        Promise<AuditAck> answer = Promise.promise();
        boolean added = sent.add(new Sent(batch, next, answer));
        assert added;
        return answer.future();
    }

    private Sent next() throws InterruptedException {
        Sent next = sent.poll(10, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void take(ArrayDeque<Sent> underWay, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            underWay.addLast(next());
        }
    }

    private static void acknowledge(ArrayDeque<Sent> underWay, int count) {
        for (int i = 0; i < count; i++) {
            underWay.removeFirst().acknowledge();
        }
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
