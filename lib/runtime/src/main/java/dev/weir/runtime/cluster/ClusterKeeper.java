package dev.weir.runtime.cluster;

import dev.weir.runtime.config.ClusterConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process in its cluster: joins in the background, notices when the membership is lost, throws the clustered
 * instance away and makes a new one. A lost member does not heal by itself: with nobody left who holds data, an edge
 * founds a cluster of its own and stays there. All its state changes on one thread of its own, never on a loop of an
 * instance that may be dying.
 */
final class ClusterKeeper {
    /** What the keeper keeps the cluster for. Called on the keeper's thread. */
    interface Tenant {
        /** A new instance is there: register everything; true once a message made its way. */
        Future<Void> moveIn(Joined joined);

        /** One round trip; failing says nothing alone, failing again and again says that the membership is of no use. */
        Future<Void> ping(Joined joined);

        /** Whether everything registered is known to the cluster; registers again what is not. */
        Future<Boolean> checkRegistrations(Joined joined);
    }

    private static final Logger LOG = LoggerFactory.getLogger("dev.weir.cluster");
    private static final Duration LEAST_BACKOFF = Duration.ofMillis(250);
    private static final Duration MOST_BACKOFF = Duration.ofSeconds(3);
    private static final Duration PROBE_EVERY = Duration.ofMillis(500);
    private static final int PROBES_UNTIL_TOLD = 10;
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final int CHECKS_PER_REGISTRATION_CHECK = 5;
    private static final int PINGS_UNTIL_LOST = 5;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(8);
    /** A membership that lasted shorter than this does not reset the back-off. */
    private static final int CHECKS_UNTIL_STEADY = 30;

    private final ClusterConfig config;
    private final ClusterIdentity identity;
    private final Tenant tenant;
    private final BusMeters meters;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(ClusterKeeper::named);

    private volatile @Nullable Joined joined;
    private volatile @Nullable String publicHost;
    /** Built, but not yet proved by a round trip. */
    private @Nullable Joined moving;

    private boolean closed;
    private int attempts;
    private int probes;
    private int checks;
    private int failedPings;
    private int failedRegistrationChecks;

    ClusterKeeper(ClusterConfig config, ClusterIdentity identity, Tenant tenant, BusMeters meters) {
        this.config = config;
        this.identity = identity;
        this.tenant = tenant;
        this.meters = meters;
    }

    private static Thread named(Runnable work) {
        Thread thread = new Thread(work, "bus-keeper");
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        execute(this::join);
    }

    /** The membership that works at this moment. */
    Optional<Joined> joined() {
        return Optional.ofNullable(joined);
    }

    /** How peers reach this process, as far as it is known. */
    Optional<String> publicHost() {
        return Optional.ofNullable(publicHost);
    }

    /** The instance that is there, whether it is proved to work or not. On the keeper's thread. */
    Optional<Joined> instance() {
        Joined proved = joined;
        return Optional.ofNullable(proved != null ? proved : moving);
    }

    /** Runs something on the keeper's thread; after the end, nothing. */
    void execute(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException ended) {
            LOG.debug("the bus is closed");
        }
    }

    private void schedule(Runnable work, Duration delay) {
        try {
            var unused = thread.schedule(() -> guarded(work), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ended) {
            LOG.debug("the bus is closed");
        }
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("the bus keeper met a fault of its own", e);
        }
    }

    private void join() {
        if (closed) {
            return;
        }
        if (!identity.holdsData() && !MemberProbe.anyListens(config.members())) {
            if (++probes == PROBES_UNTIL_TOLD) {
                LOG.warn("not in the cluster yet: no member listens; looking on");
            }
            schedule(this::join, PROBE_EVERY);
            return;
        }
        probes = 0;
        VertxOptions options;
        HazelcastClusterManager manager;
        try {
            String host = BusOptions.publicHost(config);
            options = BusOptions.of(config, host);
            manager = new HazelcastClusterManager(HazelcastSettings.of(config, identity, host));
            publicHost = host;
        } catch (IOException | RuntimeException e) {
            joinFailed(e);
            return;
        }
        Vertx.builder()
                .with(options)
                .withClusterManager(manager)
                .buildClustered()
                .onSuccess(vertx -> execute(() -> built(new Joined(vertx, manager, vertx.getOrCreateContext()))))
                .onFailure(cause -> execute(() -> joinFailed(cause)));
    }

    private void joinFailed(Throwable cause) {
        meters.joinFailures.increment();
        attempts++;
        // The first attempts fail whenever processes start together; that is no news.
        if (attempts == 3) {
            LOG.warn("not in the cluster yet, trying on: {}", cause.toString());
        } else {
            LOG.debug("attempt {} to join failed: {}", attempts, cause.toString());
        }
        schedule(this::join, backoff());
    }

    private Duration backoff() {
        long most = Math.min(MOST_BACKOFF.toMillis(), LEAST_BACKOFF.toMillis() << Math.min(attempts, 10));
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    private void built(Joined candidate) {
        if (closed) {
            close(candidate).onComplete(done -> {});
            return;
        }
        moving = candidate;
        tenant.moveIn(candidate)
                .onComplete(done -> execute(() -> {
                    if (!candidate.equals(moving)) {
                        return;
                    }
                    if (done.succeeded()) {
                        movedIn(candidate);
                    } else {
                        moving = null;
                        close(candidate).onComplete(closed -> execute(() -> joinFailed(done.cause())));
                    }
                }));
    }

    private void movedIn(Joined candidate) {
        moving = null;
        joined = candidate;
        checks = 0;
        failedPings = 0;
        failedRegistrationChecks = 0;
        meters.joins.increment();
        LOG.info("joined the cluster: {}", candidate.memberNames());
        schedule(() -> check(candidate), CHECK_EVERY);
    }

    /** Each second; one check begins when the one before has ended. */
    private void check(Joined current) {
        if (!current.equals(joined)) {
            return;
        }
        if (++checks == CHECKS_UNTIL_STEADY) {
            attempts = 0;
        }
        if (!current.isWhole()) {
            lost(current, "nobody in it holds data");
            return;
        }
        Future<Void> ping = tenant.ping(current).transform(done -> {
            execute(() -> failedPings = done.succeeded() ? 0 : failedPings + 1);
            return Future.succeededFuture();
        });
        Future<Void> registrations = Future.succeededFuture();
        if (checks % CHECKS_PER_REGISTRATION_CHECK == 0) {
            registrations = tenant.checkRegistrations(current).transform(done -> {
                boolean sound = done.succeeded() && done.result();
                execute(() -> failedRegistrationChecks = sound ? 0 : failedRegistrationChecks + 1);
                return Future.succeededFuture();
            });
        }
        Future.join(ping, registrations).onComplete(done -> execute(() -> judge(current)));
    }

    private void judge(Joined current) {
        if (!current.equals(joined)) {
            return;
        }
        if (failedPings >= PINGS_UNTIL_LOST) {
            lost(current, "no message gets through");
        } else if (failedRegistrationChecks >= 3) {
            lost(current, "it does not know what this process serves");
        } else {
            schedule(() -> check(current), CHECK_EVERY);
        }
    }

    private void lost(Joined current, String why) {
        joined = null;
        meters.losses.increment();
        LOG.warn("lost the cluster ({}), joining anew", why);
        // The port is fixed, so closing comes before joining.
        close(current)
                .onComplete(done -> execute(() -> {
                    attempts = Math.max(attempts, 1);
                    schedule(this::join, backoff());
                }));
    }

    /** Closes an instance in order, or, when that takes too long, by force; never fails. */
    private Future<Void> close(Joined old) {
        Promise<Void> promise = Promise.promise();
        schedule(() -> force(old, promise), CLOSE_WITHIN);
        old.vertx().close().onComplete(done -> promise.tryComplete());
        return promise.future();
    }

    private static void force(Joined old, Promise<Void> promise) {
        if (promise.future().isComplete()) {
            return;
        }
        Thread killer = new Thread(
                () -> {
                    old.terminate();
                    promise.tryComplete();
                },
                "bus-terminator");
        killer.setDaemon(true);
        killer.start();
    }

    /** Leaves the cluster for good. */
    Future<Void> close() {
        Promise<Void> promise = Promise.promise();
        try {
            thread.execute(() -> {
                closed = true;
                Joined current = joined != null ? joined : moving;
                joined = null;
                moving = null;
                Future<Void> done = current == null ? Future.succeededFuture() : close(current);
                done.onComplete(left -> {
                    thread.shutdown();
                    promise.tryComplete();
                });
            });
        } catch (RejectedExecutionException alreadyClosed) {
            promise.tryComplete();
        }
        return promise.future();
    }
}
