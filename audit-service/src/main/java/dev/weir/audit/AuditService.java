package dev.weir.audit;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.config.LogConfig;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Count;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** audit-service: keeps the records of all edges, and finds them again. */
public final class AuditService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(AuditService.class);
    private static final int READERS = 2;
    private static final int MOST_QUERIES = 32;
    private static final long SHARE_BYTES = 32L << 20;
    private static final Duration LOOK_EACH = Duration.ofMillis(500);
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final Duration LONGEST_WAIT_FOR_QUIET = Duration.ofSeconds(4);

    @Override
    public String name() {
        return "audit-service";
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        StoreSettings settings = settings(context);
        Health.Part health = context.health().part("audit-store");
        Context own = context.vertx().getOrCreateContext();
        return context.vertx()
                .executeBlocking(() -> AuditStore.open(settings, context.clock()))
                .map(store -> new Started(context, own, store, health).serve());
    }

    private static StoreSettings settings(ServiceContext context) {
        LogConfig log = context.config().log();
        Path state = context.config().state();
        List<Path> copies =
                log.sinks().stream().map(each -> state.resolve(each.file())).toList();
        return new StoreSettings(
                context.state().resolve("audit"),
                log.rotateSize().bytes(),
                log.rotateAge(),
                log.retentionSize().bytes(),
                log.retentionAge(),
                copies);
    }

    /** Lives on the event loop that it was started on, but for its store and its readers. */
    private static final class Started implements Running {
        private final ServiceContext context;
        private final Context own;
        private final AuditStore store;
        private final AuditSearch search;
        private final Health.Part health;
        private final WorkerExecutor readers;
        private final Count busyQueries;
        private final List<Registration> registrations = new ArrayList<>();
        private int queries;
        private long lastAppendNanos = System.nanoTime();

        Started(ServiceContext context, Context own, AuditStore store, Health.Part health) {
            this.context = context;
            this.own = own;
            this.store = store;
            this.health = health;
            this.search = new AuditSearch(store.segments(), store::synced, SHARE_BYTES);
            this.readers = context.vertx().createSharedWorkerExecutor("weir-audit-read", READERS, 60, TimeUnit.SECONDS);
            this.busyQueries = context.metrics()
                    .counter("audit.queries.refused", "Queries refused because too many were under way");
        }

        Running serve() {
            tell();
            registrations.add(context.bus().serve(Addresses.AUDIT_APPEND, batch -> append(batch, false)));
            registrations.add(context.bus().serve(Addresses.AUDIT_APPEND_NEXT, batch -> append(batch, true)));
            registrations.add(context.bus().serve(Addresses.AUDIT_QUERY, this::query));
            look();
            context.vertx().setPeriodic(LOOK_EACH.toMillis(), timer -> look());
            return this;
        }

        private void tell() {
            tell("audit.appended", "Records appended", () -> store.numbers().appended());
            tell(
                    "audit.duplicates",
                    "Records that were known",
                    () -> store.numbers().duplicates());
            tell("audit.gaps", "Gaps found", () -> store.numbers().gaps());
            tell(
                    "audit.unreadable",
                    "Records that were no JSON",
                    () -> store.numbers().unreadable());
            tell("audit.refused", "Batches for which there was no room", store::refused);
            tell("audit.early", "Batches whose predecessor was missing", store::early);
            tell("audit.disk.failures", "Times the disk failed", store::diskFailures);
            tell(
                    "audit.sink.failures",
                    "Writes to sinks that failed",
                    () -> store.numbers().copyFailures());
            tell("audit.waiting", "Batches that wait to be written", store::waiting);
        }

        private void tell(String name, String help, LongSupplier value) {
            context.metrics().gauge(name, help, value);
            context.status().number(name, value);
        }

        private void look() {
            store.trouble().ifPresentOrElse(health::degraded, health::ready);
        }

        private Future<AuditAck> append(AuditBatch batch, boolean next) {
            lastAppendNanos = System.nanoTime();
            Promise<AuditAck> answer = Promise.promise();
            store.append(batch, next).onComplete(done -> onOwn(() -> answer.handle(done)));
            return answer.future();
        }

        private void onOwn(Runnable step) {
            try {
                own.runOnContext(here -> step.run());
            } catch (RejectedExecutionException ending) {
                LOG.debug("an answer came when the process was ending");
            }
        }

        private Future<AuditPage> query(AuditQuery query) {
            if (queries >= MOST_QUERIES) {
                busyQueries.increment();
                return Future.failedFuture("too many queries under way");
            }
            queries++;
            return readers.executeBlocking(() -> search.page(query), false).andThen(done -> queries--);
        }

        /** Goes on for as long as edges that are ending too hand over what they have. */
        @Override
        public Future<Void> drain() {
            Promise<Void> quiet = Promise.promise();
            long givenUp = System.nanoTime() + LONGEST_WAIT_FOR_QUIET.toNanos();
            long timer = context.vertx().setPeriodic(LOOK_EACH.toMillis() / 4, each -> {
                long now = System.nanoTime();
                if (now - lastAppendNanos > QUIET.toNanos() || now > givenUp) {
                    quiet.tryComplete();
                }
            });
            return quiet.future().compose(done -> {
                context.vertx().cancelTimer(timer);
                registrations.forEach(Registration::close);
                return context.vertx().executeBlocking(this::close);
            });
        }

        private @Nullable Void close() throws IOException {
            store.close();
            return null;
        }
    }
}
