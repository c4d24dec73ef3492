package dev.weir.edge.log;

import dev.weir.contracts.Address;
import dev.weir.contracts.Addresses;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.config.ClientAddress;
import dev.weir.runtime.health.Health;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The log of an edge, wired to its process: the outbox, the keys of pseudonyms, meters and state. Everything that goes
 * over the bus does so from the context that it was opened on.
 */
public final class EdgeLog {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
    private static final Duration LOOK_EACH = Duration.ofSeconds(1);
    private static final long LATE_MILLIS = 10_000;
    private static final long KEYS_EACH_LOOKS = 30;

    private final ServiceContext context;
    private final Context own;
    private final AuditOutbox outbox;
    private final PseudonymKeys keys;
    private final Health.Part health;
    private final boolean pseudonyms;
    private long looks;
    private long droppedBefore;

    /**
     * Opens the spool below the node's directory and begins to ship. Call on the edge's own context; opening the files
     * happens off it.
     */
    public static Future<EdgeLog> open(ServiceContext context) {
        Context own = context.vertx().getOrCreateContext();
        Health.Part health = context.health().dependency("edge-log");
        return context.vertx()
                .executeBlocking(() -> outbox(context, own))
                .map(outbox -> new EdgeLog(context, own, outbox, health).begin());
    }

    private static AuditOutbox outbox(ServiceContext context, Context own) throws IOException {
        SpoolSettings settings = SpoolSettings.of(
                context.state().resolve("spool"), context.config().log().spool().bytes());
        long epoch = new SecureRandom().nextLong() | 1;
        return AuditOutbox.open(
                settings,
                context.nodeName(),
                epoch,
                (batch, next) -> send(context, own, batch, next ? Addresses.AUDIT_APPEND_NEXT : Addresses.AUDIT_APPEND),
                context.clock());
    }

    private static Future<AuditAck> send(
            ServiceContext context, Context own, AuditBatch batch, Address<AuditBatch, AuditAck> to) {
        Promise<AuditAck> answer = Promise.promise();
        try {
            own.runOnContext(here -> request(context, batch, to).onComplete(answer));
        } catch (RejectedExecutionException ending) {
            return Future.failedFuture(ending);
        }
        return answer.future();
    }

    private static Future<AuditAck> request(
            ServiceContext context, AuditBatch batch, Address<AuditBatch, AuditAck> to) {
        try {
            return context.bus().request(to, batch, ANSWER_WITHIN);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private EdgeLog(ServiceContext context, Context own, AuditOutbox outbox, Health.Part health) {
        this.context = context;
        this.own = own;
        this.outbox = outbox;
        this.health = health;
        this.keys = new PseudonymKeys(this::key);
        this.pseudonyms =
                context.config().listeners().stream().anyMatch(each -> each.clientAddress() == ClientAddress.PSEUDONYM);
    }

    private Future<PseudonymKey> key(PseudonymKeyRequest request) {
        return context.bus().request(Addresses.PSEUDONYM_KEY, request, ANSWER_WITHIN);
    }

    private EdgeLog begin() {
        tell("edge.log.appended", "Records kept", AuditOutbox.Numbers::appended);
        tell("edge.log.acknowledged", "Records that the log has", AuditOutbox.Numbers::acknowledged);
        tell("edge.log.recovered", "Records of earlier lives", AuditOutbox.Numbers::recovered);
        tell("edge.log.dropped", "Records there was no room for", AuditOutbox.Numbers::dropped);
        tell("edge.log.backlog", "Records not acknowledged", AuditOutbox.Numbers::backlogRecords);
        tell("edge.log.backlog.bytes", "Bytes of records not acknowledged", AuditOutbox.Numbers::backlogBytes);
        tell("edge.log.ship.failures", "Batches not acknowledged in time", AuditOutbox.Numbers::shipFailures);
        tell("edge.log.disk.failures", "Times the spool's disk failed", AuditOutbox.Numbers::diskFailures);
        tell("edge.log.oldest.ms", "Age of the oldest record that is not acknowledged", this::oldestAge);
        tell("edge.log.pseudonyms.missing", "Addresses left out for want of the day's key", ignored -> keys.missing());
        own.runOnContext(here -> look());
        var unused = context.vertx().setPeriodic(LOOK_EACH.toMillis(), timer -> look());
        return this;
    }

    private void tell(String name, String help, ToLongFunction<AuditOutbox.Numbers> number) {
        LongSupplier value = () -> number.applyAsLong(outbox.numbers());
        context.metrics().gauge(name, help, value);
        context.status().number(name, value);
    }

    private long oldestAge(AuditOutbox.Numbers numbers) {
        return numbers.oldestMillis() == 0 ? 0 : Math.max(0, context.clock().millis() - numbers.oldestMillis());
    }

    private void look() {
        long now = context.clock().millis();
        if (pseudonyms && (!keys.ready(now) || looks % KEYS_EACH_LOOKS == 0)) {
            keys.refresh(now);
        }
        looks++;
        AuditOutbox.Numbers numbers = outbox.numbers();
        if (numbers.dropped() > droppedBefore) {
            health.degraded("the spool is full: records are dropped, and counted");
        } else if (numbers.shipFailures() > 0 && oldestAge(numbers) > LATE_MILLIS) {
            health.degraded("audit-service does not acknowledge; records wait in the spool");
        } else if (pseudonyms && !keys.ready(now)) {
            health.degraded("no key for pseudonyms: clients are left out of the log");
        } else {
            health.ready();
        }
        droppedBefore = numbers.dropped();
    }

    /** Where records go. */
    public AuditOutbox outbox() {
        return outbox;
    }

    /** What may be kept of a client on a listener that says so; empty if nothing. */
    public String client(ClientAddress kept, InetAddress client, long millis) {
        return ClientMask.of(kept).of(client, millis, keys);
    }

    /** Ships what is left for at most that long, then closes the spool; what is still left, the next life ships. */
    public Future<Void> drain(Duration within) {
        return outbox.drain(within).compose(empty -> context.vertx().executeBlocking(this::close));
    }

    private @Nullable Void close() throws IOException {
        outbox.close();
        return null;
    }
}
