package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.Running;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditServiceTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = new WiredBus();
    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private final NodeCounters status = new NodeCounters();

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
        metrics.close();
    }

    @Test
    void keepsAcknowledgesAndFindsAgain() throws Exception {
        Running running = start("log: { sinks: [{ file: copy.log, format: json }] }");
        assertThat(append(Batches.batch("e", 1, 1, 100))).isEqualTo(new AuditAck("e", 1, 100));
        assertThat(append(Batches.batch("e", 1, 1, 100))).isEqualTo(new AuditAck("e", 1, 100));
        assertThat(append(Batches.batch("e", 1, 102, 102))).isEqualTo(new AuditAck("e", 1, 102));

        assertThat(await(bus.request(Addresses.AUDIT_APPEND_NEXT, Batches.batch("e", 1, 103, 104), SOON)))
                .isEqualTo(new AuditAck("e", 1, 104));

        AuditPage page = query(Map.of("request_id", "e-9*"), "");
        assertThat(page.lines().stream().map(each -> new JsonObject(each).getString("request_id")))
                .containsExactly("e-9", "e-90", "e-91", "e-92", "e-93", "e-94", "e-95", "e-96", "e-97", "e-98", "e-99");
        assertThat(status.numbers())
                .containsEntry("audit.appended", 103L)
                .containsEntry("audit.duplicates", 100L)
                .containsEntry("audit.gaps", 1L);
        assertThat(metrics.scrape()).contains("weir_audit_appended");
        assertThat(health.parts().get("audit-store")).isEqualTo(new Health.Status(Health.State.READY, ""));
        await(running.drain());
        assertThat(Files.readAllLines(directory.resolve("copy.log"))).hasSize(104);
        assertThat(append(Batches.batch("e", 1, 105, 105), bus).failed())
                .as("after the drain")
                .isTrue();
    }

    @Test
    void theLargestBatchesAndPagesGoThroughAFrame() throws Exception {
        Running running = start("");
        List<Long> sent = new ArrayList<>();
        for (long from = 1; from <= 300; from += 3) {
            List<Buffer> records = LongStream.range(from, from + 3)
                    .mapToObj(seq -> Batches.record("e", 1, seq)
                            .put("url.path", "ä".repeat(7_900))
                            .toBuffer())
                    .toList();
            LongStream.range(from, from + 3).forEach(sent::add);
            assertThat(append(new AuditBatch("e", 1, from, records))).isEqualTo(new AuditAck("e", 1, from + 2));
        }
        List<Long> found = new ArrayList<>();
        String cursor = "";
        boolean end = false;
        while (!end) {
            AuditPage page = query(Map.of(), cursor);
            page.lines().forEach(each -> found.add(new JsonObject(each).getLong("seq")));
            cursor = page.cursor();
            end = page.end();
        }
        assertThat(found).isEqualTo(sent);
        await(running.drain());
    }

    @Test
    void knowsAfterARestartWhatItHas() throws Exception {
        await(start("").drain());
        Health second = new Health();
        Running running = start("", second);
        assertThat(append(Batches.batch("e", 1, 1, 3))).isEqualTo(new AuditAck("e", 1, 3));
        await(running.drain());
        running = start("", new Health());
        assertThat(append(Batches.batch("e", 1, 1, 4))).isEqualTo(new AuditAck("e", 1, 4));
        await(running.drain());
        assertThat(Batches.told(directory.resolve("node/audit"))).containsExactly("e:1", "e:2", "e:3", "e:4");
    }

    @Test
    void aWrongCursorIsAFailureNotAnEnd() throws Exception {
        Running running = start("");
        Future<AuditPage> page =
                bus.request(Addresses.AUDIT_QUERY, new AuditQuery(Map.of(), 0, 0, "none", false, 10), SOON);
        assertThat(page.toCompletionStage()
                        .handle((found, failure) -> failure)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
        await(running.drain());
    }

    private Running start(String yaml) throws Exception {
        return start(yaml, health);
    }

    private Running start(String yaml, Health own) throws Exception {
        Path state = Files.createDirectories(directory.resolve("node"));
        WeirConfigReader reader = WeirConfigReader.ofProcess().withState(directory);
        ServiceContext context = new ServiceContext(
                vertx,
                bus,
                BodyChannel.none(),
                yaml.isEmpty() ? reader.defaults() : reader.read("weir.yaml", yaml),
                "audit-service-1",
                "i",
                state,
                new Secrets(directory),
                metrics,
                own,
                InstantSource.system(),
                status);
        return await(new AuditService().start(context));
    }

    private AuditAck append(AuditBatch batch) throws Exception {
        return await(append(batch, bus));
    }

    private static Future<AuditAck> append(AuditBatch batch, Bus bus) {
        return bus.request(Addresses.AUDIT_APPEND, batch, SOON);
    }

    private AuditPage query(Map<String, String> where, String cursor) throws Exception {
        return await(bus.request(Addresses.AUDIT_QUERY, new AuditQuery(where, 0, 0, cursor, false, 1000), SOON));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
