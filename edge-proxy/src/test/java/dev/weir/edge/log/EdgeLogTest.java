package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Address;
import dev.weir.contracts.Topic;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.config.ClientAddress;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeLogTest {
    /** Acknowledges every batch, knows every day's key, and notes what came, and from where. */
    private static final class Services implements Bus {
        final BlockingQueue<JsonObject> records = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> days = new LinkedBlockingQueue<>();
        final List<Context> callers = new ArrayList<>();

        @Override
        public <Q, A> Future<A> request(Address<Q, A> address, Q body, Duration timeout) {
            callers.add(Vertx.currentContext());
            @SuppressWarnings("unchecked") // the answer of that address
            A answer = (A) answer(body);
            return Future.succeededFuture(answer);
        }

        private Object answer(Object body) {
            if (body instanceof AuditBatch batch) {
                batch.records().forEach(each -> records.add(new JsonObject(each)));
                return new AuditAck(
                        batch.edge(),
                        batch.epoch(),
                        batch.firstSeq() + batch.records().size() - 1);
            }
            long day = ((PseudonymKeyRequest) body).epochDay();
            days.add(day);
            return new PseudonymKey(day, Buffer.buffer(new byte[32]));
        }

        @Override
        public <N> void publish(Topic<N> topic, N notice) {
            throw new UnsupportedOperationException("nothing is told");
        }

        @Override
        public <Q, A> Registration serve(Address<Q, A> address, Function<Q, Future<A>> handler) {
            throw new UnsupportedOperationException("nothing is served");
        }

        @Override
        public <N> Registration subscribe(Topic<N> topic, Consumer<N> listener) {
            throw new UnsupportedOperationException("nothing is listened to");
        }

        @Override
        public boolean joined() {
            return true;
        }
    }

    @TempDir
    Path directory;

    @Test
    void shipsOverTheBusFromItsOwnContextAndTellsItsNumbers() throws Exception {
        Vertx vertx = Vertx.vertx();
        Metrics metrics = new Metrics();
        try {
            Services services = new Services();
            NodeCounters status = new NodeCounters();
            Health health = new Health();
            ServiceContext process = new ServiceContext(
                    vertx,
                    services,
                    BodyChannel.none(),
                    WeirConfigReader.ofProcess().withState(directory).read("weir.yaml", """
                            listeners:
                              - { name: web, mode: forward, address: 127.0.0.1:3128, client-address: pseudonym }
                            log: { spool: 1MiB }
                            """),
                    "edge-proxy-1",
                    "i",
                    Files.createDirectories(directory.resolve("node")),
                    new Secrets(directory),
                    metrics,
                    health,
                    InstantSource.system(),
                    status);
            Context own = vertx.getOrCreateContext();
            EdgeLog log = await(Future.future(
                    opened -> own.runOnContext(here -> EdgeLog.open(process).onComplete(opened))));
            long now = System.currentTimeMillis();
            assertThat(services.days.poll(10, TimeUnit.SECONDS)).isEqualTo(now / 86_400_000L);
            assertThat(services.days.poll(10, TimeUnit.SECONDS)).isEqualTo(now / 86_400_000L + 1);

            InetAddress client = InetAddress.getByName("192.0.2.1");
            assertThat(log.client(ClientAddress.FULL, client, now)).isEqualTo("192.0.2.1");
            assertThat(log.outbox()
                            .append(Spooled.record("id-1")
                                    .clientAddress(log.client(ClientAddress.PREFIX, client, now))))
                    .isEqualTo(1);
            JsonObject record = services.records.poll(10, TimeUnit.SECONDS);
            assertThat(record).isNotNull();
            assertThat(record.getString("edge")).isEqualTo("edge-proxy-1");
            assertThat(record.getString("client.address")).isEqualTo("192.0.2.0/24");
            await(log.drain(Duration.ofSeconds(10)));
            assertThat(status.numbers())
                    .containsEntry("edge.log.appended", 1L)
                    .containsEntry("edge.log.acknowledged", 1L)
                    .containsEntry("edge.log.backlog", 0L);
            assertThat(metrics.scrape()).contains("weir_edge_log_backlog 0.0");
            assertThat(services.callers).isNotEmpty().allMatch(own::equals);
            assertThat(health.parts().get("edge-log")).isEqualTo(new Health.Status(Health.State.READY, ""));
        } finally {
            await(vertx.close());
            metrics.close();
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
