package dev.weir.runtime;

import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.ClusterIdentity;
import dev.weir.runtime.cluster.ClusteredBus;
import dev.weir.runtime.cluster.LocalBus;
import dev.weir.runtime.config.ClusterConfig;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.health.HealthRoutes;
import dev.weir.runtime.health.HealthServer;
import dev.weir.runtime.logging.LogSetup;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import dev.weir.runtime.secrets.SecretsMaker;
import dev.weir.settings.SettingsException;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process with one or several services: state locked, secrets there, a plain Vert.x, a bus beside it, the services one
 * after the other, and then the ports for probes. On SIGTERM the services drain in the opposite order. Starting and
 * ending block the thread they are called on, which is the main thread, a signal's, or a test's.
 */
public final class ServiceProcess {
    /** Exit code: done. */
    public static final int DONE = 0;

    /** Exit code: failed at run time. */
    public static final int FAILED = 1;

    /** Exit code: usage or configuration. */
    public static final int USAGE = 2;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    /** From SIGTERM to the end of the process, whatever hangs. */
    private static final Duration END_WITHIN = Duration.ofMillis(14_800);

    private record Started(String name, Context context, Running running) {}

    private final ProcessArguments arguments;
    private final StateLock lock;
    private final Metrics metrics = new Metrics();
    private final Health health = new Health();
    private final NodeCounters status = new NodeCounters();
    private final InstantSource clock = InstantSource.system();
    private final String instance = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private final Deque<Started> started = new ArrayDeque<>();
    private final Vertx vertx;
    private final Bus bus;
    private int healthPort;
    private boolean ended;

    private ServiceProcess(List<Service> services, ProcessArguments arguments, StateLock lock) {
        this.arguments = arguments;
        this.lock = lock;
        this.vertx = plainVertx(services, arguments.config());
        this.bus = bus(services);
    }

    /**
     * Starts the services; when this returns, all serve.
     *
     * @throws StartException if one does not; then nothing of the process is left
     */
    public static ServiceProcess start(List<Service> services, ProcessArguments arguments) {
        WeirConfig config = arguments.config();
        StateLock lock = StateLock.take(config.state());
        ServiceProcess process;
        try {
            secrets(arguments);
            process = new ServiceProcess(services, arguments, lock);
        } catch (RuntimeException e) {
            close(lock);
            throw e;
        }
        try {
            process.startAll(services);
        } catch (RuntimeException e) {
            process.end();
            throw e;
        }
        return process;
    }

    private static void secrets(ProcessArguments arguments) {
        WeirConfig config = arguments.config();
        if (arguments.makesSecrets()) {
            try {
                List<String> made = SecretsMaker.fill(config.secrets(), new SecureRandom(), Instant.now());
                LOG.debug("secrets made: {}", made);
            } catch (IOException e) {
                throw StartException.usage("secrets: " + config.secrets() + ": " + e);
            }
        }
        boolean secured = arguments.clustered()
                && !config.cluster().map(ClusterConfig::insecure).orElse(false);
        if (secured) {
            Path directory = config.cluster()
                    .map(ClusterConfig::certificates)
                    .orElse(config.secrets().resolve("bus"));
            for (String file : List.of("ca.crt", "node.crt", "node.key")) {
                if (!Files.isReadable(directory.resolve(file))) {
                    throw StartException.usage("cluster.certificates: cannot read " + directory.resolve(file)
                            + " (make them with: weir init DIR; or write cluster.insecure: true)");
                }
            }
        }
    }

    private static Vertx plainVertx(List<Service> services, WeirConfig config) {
        VertxBuilder builder = Vertx.builder()
                .with(new VertxOptions()
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors())));
        for (Service service : services) {
            builder = service.prepare(builder, config);
        }
        return builder.build();
    }

    private Bus bus(List<Service> services) {
        if (!arguments.clustered()) {
            return new LocalBus(vertx, metrics);
        }
        ClusterConfig cluster = arguments
                .config()
                .cluster()
                .orElseThrow(() -> StartException.usage("cluster: missing (a service of a cluster needs it)"));
        boolean holdsData = services.stream().anyMatch(Service::holdsClusterData);
        return ClusteredBus.start(vertx, cluster, new ClusterIdentity(arguments.nodeName(), holdsData), metrics);
    }

    private void startAll(List<Service> services) {
        metrics.gauge(
                "memory.direct.bytes", "Direct memory that Netty has taken.", PlatformDependent::usedDirectMemory);
        metrics.gauge("log.lines.dropped", "Lines of the process's own log that were dropped.", LogSetup::dropped);
        ServiceContext context = new ServiceContext(
                vertx,
                bus,
                channel(services),
                arguments.config(),
                arguments.nodeName(),
                instance,
                arguments.config().state(),
                new Secrets(arguments.config().secrets()),
                metrics,
                health,
                clock,
                status);
        for (Service service : services) {
            startOne(service, context);
        }
        if (arguments.healthPort()) {
            HealthRoutes routes = new HealthRoutes(health, metrics);
            healthPort = await(
                            "health",
                            HealthServer.open(vertx, arguments.config().health().address(), routes))
                    .port();
        }
        StatusTeller.start(context, arguments.kind());
        health.started();
        LOG.info("{} is up", arguments.nodeName());
    }

    /** Where one of the services uses it, and there is a cluster to use it in. */
    private BodyChannel channel(List<Service> services) {
        if (bus instanceof ClusteredBus clustered && services.stream().anyMatch(Service::usesBodyChannel)) {
            ClusterConfig cluster = arguments.config().cluster().orElseThrow();
            return await("cluster.ports.body", BodyChannel.open(vertx, cluster, clustered::publicHost, metrics));
        }
        return BodyChannel.none();
    }

    private void startOne(Service service, ServiceContext context) {
        Context own = ((VertxInternal) vertx).createEventLoopContext();
        Promise<Running> promise = Promise.promise();
        own.runOnContext(here -> {
            try {
                service.start(context).onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        started.push(new Started(service.name(), own, await(service.name(), promise.future())));
    }

    private static <T> T await(String what, Future<T> future) {
        CompletableFuture<T> done = future.toCompletionStage().toCompletableFuture();
        try {
            return done.get(START_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw startFailure(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw StartException.failure(what + ": not up within " + START_WITHIN.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StartException.failure(what + ": interrupted");
        }
    }

    private static StartException startFailure(String what, Throwable cause) {
        if (cause instanceof StartException known) {
            return known;
        }
        if (cause instanceof SettingsException settings) {
            return StartException.usage(String.valueOf(settings.getMessage()));
        }
        LOG.debug("{} cannot start", what, cause);
        String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return StartException.failure(what + ": " + message);
    }

    /** The state of the process's parts, for who embeds it. */
    public Health health() {
        return health;
    }

    /** The port for probes; 0 if there is none. */
    public int healthPort() {
        return healthPort;
    }

    /** The process's plain Vert.x, for who embeds it. */
    public Vertx vertx() {
        return vertx;
    }

    /** Drains the services, the last started first, then closes everything; takes 15 s at most. */
    public synchronized void end() {
        if (ended) {
            return;
        }
        ended = true;
        health.draining();
        long deadline = System.nanoTime() + arguments.config().drain().toNanos();
        while (!started.isEmpty()) {
            drain(started.pop(), deadline);
        }
        long closeBy =
                Math.max(deadline, System.nanoTime()) + Duration.ofSeconds(1).toNanos();
        if (bus instanceof ClusteredBus clustered) {
            waitFor("bus", clustered.close(), closeBy);
        }
        waitFor("sockets", vertx.close(), closeBy);
        metrics.close();
        close(lock);
    }

    private static void drain(Started service, long deadline) {
        Promise<Void> promise = Promise.promise();
        service.context().runOnContext(here -> {
            try {
                service.running().drain().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        waitFor(service.name(), promise.future(), deadline);
    }

    private static void waitFor(String what, Future<Void> future, long deadline) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("{} did not end in order: {}", what, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(StateLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.debug("the lock ends with the process", e);
        }
    }

    /**
     * For a main method: starts, and then only returns if that fails, with the exit code. SIGTERM and SIGINT drain and end
     * the process with 0.
     *
     * @param whenUp called once when everything serves, such as to print what to try
     */
    public static int run(List<Service> services, ProcessArguments arguments, Runnable whenUp) {
        ServiceProcess process;
        try {
            process = start(services, arguments);
        } catch (StartException e) {
            System.err.println("weir: " + e.getMessage());
            LogSetup.flush();
            return e.exitCode();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(process::endByForceIfNeeded, "ending"));
        whenUp.run();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return DONE;
    }

    /** In the shutdown hook: halting is the only way to an exit code of 0 after a signal. */
    private void endByForceIfNeeded() {
        Thread ending = new Thread(this::end, "draining");
        ending.setDaemon(true);
        ending.start();
        try {
            ending.join(END_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LogSetup.flush();
        Runtime.getRuntime().halt(DONE);
    }
}
