package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Address;
import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.http.HeaderFields;
import dev.weir.policy.PolicySource;
import dev.weir.policy.RevisionContent;
import dev.weir.policy.SignedRevision;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.Running;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.LocalBus;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import dev.weir.runtime.secrets.SecretsMaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A whole edge in this process, with a reverse and a forward listener, on real sockets; the test plays policy-service
 * and audit-service on its bus, and holds the clock.
 */
final class EdgeRig implements AutoCloseable {
    static final String ALLOW_ALL = "default: allow\n";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The ports that were given last: who has one may not listen there yet. */
    private static final BlockingQueue<Integer> GIVEN = new ArrayBlockingQueue<>(64);

    final int reverse = freePort();
    final int forward = freePort();
    final int tls = freePort();
    final int forwardTls = freePort();
    final NodeCounters status = new NodeCounters();
    final Metrics metrics = new Metrics();
    final List<JsonObject> records = new CopyOnWriteArrayList<>();
    private final Vertx vertx;
    private final Context context;
    private final Secrets secrets;
    private final Running edge;
    private final LocalBus bus;
    private volatile Instant now = Instant.parse("2026-05-04T03:02:01Z");
    private volatile Buffer served = Buffer.buffer();
    private long revisions;

    private EdgeRig(Path directory, String yaml, String web, boolean withTls) throws IOException {
        Path state = Files.createDirectories(directory.resolve("state"));
        Path secretsDirectory = Files.createDirectories(directory.resolve("secrets"));
        assertThat(SecretsMaker.fill(secretsDirectory, new SecureRandom(), Instant.now()))
                .isNotNull();
        secrets = new Secrets(secretsDirectory);
        WeirConfig config = WeirConfigReader.ofProcess().read("weir.yaml", yaml(yaml, web, withTls, secretsDirectory));
        EdgeService service = new EdgeService();
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(2)
                .setAddressResolverOptions(new AddressResolverOptions()
                        .setHostsValue(Buffer.buffer("127.0.0.1 localhost\n127.0.0.1 circle.test\n")));
        vertx = service.prepare(Vertx.builder().with(options), config).build();
        bus = new LocalBus(vertx, metrics);
        assertThat(bus.serve(Addresses.POLICY_FETCH, request -> Future.succeededFuture(chunk((int) request.offset()))))
                .isNotNull();
        assertThat(bus.serve(Addresses.AUDIT_APPEND, this::keep)).isNotNull();
        assertThat(bus.serve(Addresses.AUDIT_APPEND_NEXT, this::keep)).isNotNull();
        ServiceContext parts = new ServiceContext(
                vertx,
                bus,
                BodyChannel.none(),
                config,
                "edge-proxy-1",
                "test",
                state,
                secrets,
                metrics,
                new Health(),
                () -> now,
                status);
        context = vertx.getOrCreateContext();
        edge = await(Future.future(
                started -> context.runOnContext(go -> service.start(parts).onComplete(started))));
    }

    /** An edge whose routes all lead to {@code origin}; everything is allowed. */
    static EdgeRig before(Path directory, Origin origin) throws IOException {
        return with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                """.formatted(origin.port()));
    }

    /** An edge with these sections beside its listeners; everything is allowed. */
    static EdgeRig with(Path directory, String yaml) throws IOException {
        EdgeRig rig = new EdgeRig(directory, yaml, "", false);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    /** The same with these settings of the reverse listener, each after a comma. */
    static EdgeRig with(Path directory, String yaml, String web) throws IOException {
        EdgeRig rig = new EdgeRig(directory, yaml, web, false);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    /** One upstream, with these settings of the reverse listener, each after a comma. */
    static EdgeRig withWeb(Path directory, Origin origin, String web) throws IOException {
        EdgeRig rig = new EdgeRig(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                """.formatted(origin.port()), web, false);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    /** An edge that adds nothing to requests, whose targets can be its own listener by name: {@code circle.test:REVERSE}. */
    static EdgeRig untouched(Path directory, String upstream) throws IOException {
        EdgeRig rig = new EdgeRig(
                directory,
                "routes: [{ host: \"*\", path: /, upstream: site }]\nupstreams: { site: " + upstream + " }\n",
                ", identity: untouched",
                false);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    /** The same with a TLS listener. */
    static EdgeRig withTls(Path directory, Origin origin) throws IOException {
        return withTls(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                """.formatted(origin.port()));
    }

    /** An edge with a TLS listener and these sections beside its listeners; everything is allowed. */
    static EdgeRig withTls(Path directory, String yaml) throws IOException {
        EdgeRig rig = new EdgeRig(directory, yaml, "", true);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    /** The same with TLS listeners of both modes, and a forward destination: the origin. */
    static EdgeRig everywhere(Path directory, Origin origin) throws IOException {
        EdgeRig rig = new EdgeRig(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { connect: [%1$d], plain: [%1$d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
                """.formatted(origin.port()), "", true);
        rig.enforce(ALLOW_ALL);
        return rig;
    }

    private String yaml(String more, String web, boolean withTls, Path secretsDirectory) {
        String secure = withTls
                ? """
                  - { name: secure, mode: reverse, address: "127.0.0.1:%1$d", trusted-proxies: [127.0.0.1/32], tls: { certificates: [{ certificate: %3$s, key: %4$s }] } }
                  - { name: egress-tls, mode: forward, address: "127.0.0.1:%2$d", tls: { certificates: [{ certificate: %3$s, key: %4$s }] } }
                """.formatted(
                                tls,
                                forwardTls,
                                secretsDirectory.resolve("bus/node.crt"),
                                secretsDirectory.resolve("bus/node.key"))
                : "";
        String forwarding = more.contains("forward:") ? "" : "forward: { destinations: { private: deny } }\n";
        return """
            drain: 2s
            listeners:
              - { name: web, mode: reverse, address: "127.0.0.1:%d"%s }
              - { name: egress, mode: forward, address: "127.0.0.1:%d" }
            """.formatted(reverse, web, forward)
                + secure
                + forwarding
                + more.replace("REVERSE", Integer.toString(reverse));
    }

    /** Makes a revision of these rules and waits until the edge has it. */
    void enforce(String policy) {
        long number = ++revisions;
        served = Buffer.buffer(SignedRevision.sign(
                        7,
                        number,
                        now,
                        RevisionContent.of(PolicySource.parseFile("p", policy), List.of())
                                .toBytes(),
                        secrets.revisionKey())
                .toBytes());
        SignedRevision signed = ((SignedRevision.Verified)
                        SignedRevision.verify(served.getBytes(), secrets.revisionPublicKey()))
                .revision();
        bus.publish(
                Addresses.POLICY_CURRENT,
                new RevisionAnnouncement(new SequencePair(7, number), signed.hash(), served.length()));
        until(() -> number("policy.replica") == number);
    }

    private RevisionChunk chunk(int offset) {
        return new RevisionChunk(
                offset, served.length(), served.slice(offset, Math.min(served.length(), offset + 32 * 1024)));
    }

    /** Time passes. */
    void passes(Duration time) {
        now = now.plus(time);
    }

    RawClient client() throws IOException {
        return RawClient.to(reverse);
    }

    RawClient proxyClient() throws IOException {
        return RawClient.to(forward);
    }

    LocalBus bus() {
        return bus;
    }

    /** The test plays a service that others reach by the bus. */
    <Q, A> void plays(Address<Q, A> address, Function<Q, Future<A>> answers) {
        assertThat(bus.serve(address, answers)).isNotNull();
    }

    /** What the edge says that it would make of a request. */
    JsonObject explains(String url, String method, HeaderFields fields, String listener, String client) {
        ExplainRequest asked = new ExplainRequest(url, method, fields, listener, client);
        return new JsonObject(await(bus.request(Addresses.explain("edge-proxy-1"), asked, PATIENCE))
                .json());
    }

    Vertx vertx() {
        return vertx;
    }

    long number(String name) {
        return status.numbers().getOrDefault(name, -1L);
    }

    private Future<AuditAck> keep(AuditBatch batch) {
        batch.records().forEach(record -> records.add(new JsonObject(record)));
        return Future.succeededFuture(new AuditAck(
                batch.edge(), batch.epoch(), batch.firstSeq() + batch.records().size() - 1));
    }

    /** The records once there are so many. */
    List<JsonObject> records(int count) {
        until(() -> records.size() >= count);
        assertThat(records).hasSize(count);
        return records;
    }

    /** The only record of this path, once it is there. */
    JsonObject record(String path) {
        until(() -> records.stream().anyMatch(record -> path.equals(record.getString("url.path"))));
        return records.stream()
                .filter(record -> path.equals(record.getString("url.path")))
                .reduce((one, other) -> {
                    throw new AssertionError("two records of " + path + ": " + one + other);
                })
                .orElseThrow();
    }

    Future<Void> drain() {
        return Future.future(drained -> context.runOnContext(go -> edge.drain().onComplete(drained)));
    }

    /** Waits for a condition that other threads bring about. */
    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    static int freePort() {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(20000, 30000);
            if (GIVEN.contains(port)) {
                continue;
            }
            try (ServerSocket server = new ServerSocket()) {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                while (!GIVEN.offer(port)) {
                    var unused = GIVEN.poll();
                }
                return port;
            } catch (IOException taken) {
                // the next one, then
            }
        }
        throw new UncheckedIOException(new IOException("no free port"));
    }

    /** How many requests were refused for their form. */
    int malformed() {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("weir_malformed_requests_total{"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Everything that was open is closed again, nothing that was held is kept. */
    void settles() {
        until(() -> number("open") == 0 && number("tunnels") == 0);
    }

    @Override
    public void close() {
        await(drain().transform(drained -> vertx.close()));
        metrics.close();
    }
}
