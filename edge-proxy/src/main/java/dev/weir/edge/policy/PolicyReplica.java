package dev.weir.edge.policy;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.ResponseFacts;
import dev.weir.policy.Staleness.OnStale;
import dev.weir.policy.Verdict;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.BusException;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This edge's copy of the policy in force. It is taken from the disk at the start, follows what policy-service
 * announces, and answers without leaving the thread. Its lease is renewed by each announcement of the revision it
 * holds; once none has come for longer than {@code max-stale}, {@code on-stale} says whether it still counts.
 *
 * <p>Lives on the event loop that started it; {@link #current()}, {@link #age()} and the consultations may be called
 * from any.
 */
public final class PolicyReplica {
    /** The rule that a verdict names where there was no revision to ask, and nobody answered in time. */
    public static final String NO_REVISION = "no-revision";

    private static final long TICK_MILLIS = 1000;

    /** Without a heartbeat for so long policy-service is taken for gone. */
    private static final Duration GONE = Duration.ofSeconds(5);

    /** How often the disk is told that the revision was confirmed: after a restart the age is right to this. */
    private static final Duration CONFIRM_EVERY = Duration.ofSeconds(30);

    /** What was refused is not fetched again until then. */
    private static final Duration REFUSED_FOR = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(PolicyReplica.class);

    private final Vertx vertx;
    private final Bus bus;
    private final InstantSource clock;
    private final RevisionFile file;
    private final RevisionFetcher fetcher;
    private final Consultation consultation;
    private final Health.Part health;
    private final Count taken;
    private final Count refused;
    private final Count fetchFailures;
    private final List<Consumer<ActiveRevision>> listeners = new CopyOnWriteArrayList<>();

    /** An Optional in a field: made once, and handed to every request as it is. */
    private volatile Optional<ActiveRevision> active = Optional.empty();

    private volatile Instant confirmedAt = Instant.EPOCH;

    // The rest belongs to the event loop.
    private Instant confirmedOnDisk = Instant.EPOCH;
    private boolean fetching;
    private @Nullable RevisionAnnouncement next;
    private String refusedHash = "";
    private Instant refusedAt = Instant.EPOCH;
    private Registration subscription = () -> {};
    private long timer = -1;

    private PolicyReplica(ServiceContext context) {
        this.vertx = context.vertx();
        this.bus = context.bus();
        this.clock = context.clock();
        this.file = new RevisionFile(
                context.state().resolve("policy").resolve("current.revision"),
                context.secrets().revisionPublicKey());
        this.fetcher = new RevisionFetcher(bus);
        this.consultation = new Consultation(bus, context.metrics());
        this.health = context.health().part("policy");
        Metrics metrics = context.metrics();
        taken = metrics.counter("edge.policy.revisions", "Revisions put in force on this edge.");
        refused = metrics.counter(
                "edge.policy.refused", "Revisions refused: not signed by the key, not whole, not newer.");
        fetchFailures = metrics.counter("edge.policy.fetch.failures", "Revisions that could not be fetched.");
        metrics.gauge(
                "policy.snapshot.age.seconds",
                "Time since policy-service last confirmed the revision in force; -1 without one.",
                this::ageSeconds);
        metrics.gauge("edge.policy.revision", "Number of the revision in force; 0 without one.", this::number);
        context.status().number("policy.age-seconds", this::ageSeconds);
        context.status().number("policy.replica", this::number);
        context.status()
                .word(
                        "policy.replica",
                        () -> active.map(revision -> revision.pair().toString()).orElse("none"));
    }

    /**
     * Takes up the revision on the disk and begins to follow announcements; done when the disk has been read. Call on
     * the event loop that it is to live on.
     */
    public static Future<PolicyReplica> start(ServiceContext context) {
        PolicyReplica replica = new PolicyReplica(context);
        return context.vertx().executeBlocking(replica.file::load).map(kept -> {
            kept.ifPresent(replica::takeUp);
            replica.follow();
            return replica;
        });
    }

    /**
     * The revision to ask now; empty if there is none, or if it is older than its {@code max-stale} and says {@code
     * on-stale: deny}. Then {@link #consult}, which is closed where policy-service can't be reached.
     */
    public Optional<ActiveRevision> current() {
        Optional<ActiveRevision> now = active;
        return now.isEmpty() || isUsable(now.get()) ? now : Optional.empty();
    }

    private boolean isUsable(ActiveRevision revision) {
        return revision.policy().staleness().onStale() == OnStale.ENFORCE
                || revision.policy().staleness().permits(age());
    }

    /** Time since policy-service last confirmed the revision in force; meaningless without one. */
    public Duration age() {
        Duration age = Duration.between(confirmedAt, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** Asks policy-service; at most 50 ms. Never fails: UNKNOWN, with status 503, if nobody answers in time. */
    public Future<DecideReply> decide(DecideRequest request) {
        return consultation.decide(request);
    }

    /** The same with the engine's words: a verdict, or a 503 by the rule {@link #NO_REVISION}. */
    public Future<Verdict> consult(RequestFacts request) {
        return consultation.verdict(request);
    }

    /** The same, when the answer's head is there. */
    public Future<Verdict> consult(RequestFacts request, ResponseFacts response) {
        return consultation.verdict(request, response);
    }

    /** Calls {@code listener} on the replica's event loop each time another revision is in force. */
    public Registration onChange(Consumer<ActiveRevision> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Stops following; what it holds stays. */
    public void close() {
        vertx.cancelTimer(timer);
        subscription.close();
    }

    private void follow() {
        subscription = bus.subscribe(Addresses.POLICY_CURRENT, this::hear);
        timer = vertx.setPeriodic(TICK_MILLIS, tick -> sayHealth());
        sayHealth();
    }

    private void takeUp(RevisionFile.Kept kept) {
        Instant now = clock.instant();
        active = Optional.of(kept.revision());
        confirmedAt = kept.confirmedAt().isAfter(now) ? now : kept.confirmedAt();
        confirmedOnDisk = confirmedAt;
        LOG.info(
                "Policy revision {} is in force, from the disk.",
                kept.revision().pair());
    }

    private void hear(RevisionAnnouncement announced) {
        if (active.filter(revision -> isOf(revision, announced)).isPresent()) {
            confirm(clock.instant());
        } else if (fetching) {
            next = announced;
        } else if (isWanted(announced)) {
            fetching = true;
            fetcher.fetch(announced)
                    .compose(bytes -> examined(bytes, announced))
                    .onComplete(examined -> {
                        fetching = false;
                        if (examined.failed()) {
                            fetchFailures.increment();
                            tellFailure(announced, examined.cause());
                        } else {
                            examined.result().ifPresentOrElse(this::install, () -> refuse(announced));
                        }
                        RevisionAnnouncement waiting = next;
                        next = null;
                        // After a failure the next announcement, within a second, is soon enough to try again.
                        if (waiting != null && examined.succeeded()) {
                            hear(waiting);
                        }
                    });
        }
    }

    /** While the cluster is being joined a failure is the ordinary thing. */
    private static void tellFailure(RevisionAnnouncement announced, Throwable failure) {
        if (failure instanceof BusException bus && bus.kind() == BusException.Kind.NOT_JOINED) {
            LOG.debug("Policy revision {} can't be fetched yet: {}", announced.pair(), failure.getMessage());
        } else {
            LOG.warn("Policy revision {} could not be taken: {}", announced.pair(), String.valueOf(failure));
        }
    }

    private static boolean isOf(ActiveRevision revision, RevisionAnnouncement announced) {
        return revision.pair().equals(announced.pair()) && revision.hash().equals(announced.hash());
    }

    /** Whether it is worth fetching: not older than what is held, nor refused a moment ago. */
    private boolean isWanted(RevisionAnnouncement announced) {
        boolean older = active.filter(revision -> revision.pair().covers(announced.pair()))
                .isPresent();
        boolean refusedJustNow =
                announced.hash().equals(refusedHash) && clock.instant().isBefore(refusedAt.plus(REFUSED_FOR));
        return !older && !refusedJustNow;
    }

    /** Off the event loop: verified, compiled, compared with what is held, and on the disk; empty if it is refused. */
    private Future<Optional<ActiveRevision>> examined(Buffer bytes, RevisionAnnouncement announced) {
        Optional<ActiveRevision> held = active;
        return vertx.executeBlocking(() -> {
            byte[] revision = bytes.getBytes();
            Optional<ActiveRevision> usable = file.usable(revision)
                    .filter(fetched -> isOf(fetched, announced))
                    .filter(fetched -> held.isEmpty() || fetched.isNewerThan(held.get()));
            if (usable.isPresent()) {
                save(revision);
            }
            return usable;
        });
    }

    /** A revision that can't be kept is still put in force: what the disk lacks is had again from policy-service. */
    private void save(byte[] revision) {
        try {
            file.save(revision);
        } catch (IOException e) {
            LOG.error("The policy revision can't be kept on the disk", e);
        }
    }

    private void install(ActiveRevision revision) {
        active = Optional.of(revision);
        confirmedOnDisk = clock.instant();
        confirmedAt = confirmedOnDisk;
        taken.increment();
        LOG.info("Policy revision {} is in force.", revision.pair());
        sayHealth();
        for (Consumer<ActiveRevision> listener : listeners) {
            try {
                listener.accept(revision);
            } catch (RuntimeException e) {
                LOG.error("A listener to policy revisions failed", e);
            }
        }
    }

    private void refuse(RevisionAnnouncement announced) {
        refused.increment();
        refusedHash = announced.hash();
        refusedAt = clock.instant();
        LOG.warn(
                "Policy revision {} is refused; {} stays in force.",
                announced.pair(),
                active.map(revision -> revision.pair().toString()).orElse("none"));
    }

    private void confirm(Instant now) {
        confirmedAt = now;
        if (now.isAfter(confirmedOnDisk.plus(CONFIRM_EVERY))) {
            confirmedOnDisk = now;
            vertx.<Boolean>executeBlocking(() -> {
                        file.confirm(now);
                        return true;
                    })
                    .onFailure(
                            failure -> LOG.warn("The age of the revision can't be noted: {}", String.valueOf(failure)));
        }
        sayHealth();
    }

    private void sayHealth() {
        if (active.isEmpty()) {
            health.notReady("no policy revision yet");
        } else if (current().isEmpty()) {
            health.notReady("the policy revision is stale, and on-stale is deny");
        } else if (age().compareTo(GONE) > 0) {
            health.degraded("no word from policy-service for " + age().toSeconds() + " s");
        } else {
            health.ready();
        }
    }

    private long ageSeconds() {
        return active.isEmpty() ? -1 : age().toSeconds();
    }

    private long number() {
        return active.map(revision -> revision.pair().number()).orElse(0L);
    }
}
