package dev.weir.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.http.PathReadings;
import dev.weir.policy.DomainList;
import dev.weir.policy.IpAddress;
import dev.weir.policy.ListFormat;
import dev.weir.policy.ListReading;
import dev.weir.policy.ListenerDefault;
import dev.weir.policy.PolicySource;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.ResponseFacts;
import dev.weir.policy.RevisionContent;
import dev.weir.policy.SignedRevision;
import dev.weir.policy.Verdict;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.LocalBus;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import dev.weir.runtime.secrets.SecretsMaker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyReplicaTest {
    private static final String DENY_A =
            "rules: [{ name: one, when: { host: a.example }, then: deny }]\ndefault: allow\n";
    private static final String DENY_ALL = "default: deny\n";

    @TempDir
    private static Path secretsDirectory;

    @TempDir
    private Path state;

    private final Vertx vertx = Vertx.vertx();
    private final LocalBus bus = new LocalBus(vertx, new Metrics());
    private volatile Instant now = Instant.parse("2026-05-04T03:02:01Z");
    private final List<PolicyReplica> started = new ArrayList<>();
    private Metrics metrics = new Metrics();
    private Health health = new Health();
    private Buffer served = Buffer.buffer();

    @BeforeAll
    static void makeKeys() throws IOException {
        assertThat(SecretsMaker.fill(secretsDirectory, new SecureRandom(), Instant.now()))
                .isNotEmpty();
    }

    @BeforeEach
    void serveRevisions() {
        assertThat(bus.serve(
                        Addresses.POLICY_FETCH,
                        request -> Future.succeededFuture(new RevisionChunk(
                                request.offset(), served.length(), served.slice((int) request.offset(), (int)
                                        Math.min(served.length(), request.offset() + 32 * 1024))))))
                .isNotNull();
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(PolicyReplica::close);
        await(vertx.close());
    }

    @Test
    void takesWhatIsAnnouncedAndTellsItsListeners() throws Exception {
        PolicyReplica replica = start();
        List<SequencePair> told = new CopyOnWriteArrayList<>();
        assertThat(replica.onChange(revision -> told.add(revision.pair()))).isNotNull();
        assertThat(replica.current()).isEmpty();
        assertThat(state()).isEqualTo(Health.State.NOT_READY);

        announce(revision(7, 1, DENY_A));
        until(() -> told.equals(List.of(new SequencePair(7, 1))));
        assertThat(verdict(replica, "a.example")).isEqualTo("Deny");
        assertThat(verdict(replica, "b.example")).isEqualTo("Allow");
        assertThat(state()).isEqualTo(Health.State.READY);

        announce(revision(7, 2, DENY_ALL));
        until(() -> told.size() == 2);
        assertThat(verdict(replica, "b.example")).isEqualTo("Deny");
    }

    @Test
    void takesALongRevisionInPieces() throws Exception {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            list.append("blocked-").append(i).append(".example\n");
        }
        String text = "lists: { big: { file: f, format: domains } }\n"
                .concat("rules: [{ name: one, when: { host: { list: big } }, then: deny }]\ndefault: allow\n");
        DomainList big = ((ListReading.Read) ListFormat.DOMAINS.read("big", list.toString())).list();
        PolicyReplica replica = start();
        announce(signed(7, 1, RevisionContent.of(PolicySource.parseFile("p", text), List.of(big)), now));
        until(() -> replica.current().isPresent());
        assertThat(served.length()).isGreaterThan(1_000_000);
        assertThat(verdict(replica, "blocked-99999.example")).isEqualTo("Deny");
        assertThat(verdict(replica, "blocked-100000.example")).isEqualTo("Allow");
    }

    @Test
    void startsWithWhatIsOnTheDiskThoughNobodyAnswers() throws Exception {
        PolicyReplica before = start();
        announce(revision(7, 4, DENY_A));
        until(() -> before.current().isPresent());
        before.close();

        PolicyReplica after = start();
        assertThat(after.current())
                .hasValueSatisfying(revision -> assertThat(revision.pair()).isEqualTo(new SequencePair(7, 4)));
        assertThat(verdict(after, "a.example")).isEqualTo("Deny");
    }

    @Test
    void doesNotBelieveADamagedFile() throws Exception {
        PolicyReplica before = start();
        announce(revision(7, 4, DENY_A));
        until(() -> before.current().isPresent());
        before.close();
        Path file = state.resolve("policy/current.revision");
        byte[] bytes = Files.readAllBytes(file);
        bytes[100] ^= 1;
        assertThat(Files.write(file, bytes)).exists();
        assertThat(start().current()).isEmpty();
    }

    @Test
    void refusesWhatIsNotSignedNotWholeOrNotAsAnnounced() throws Exception {
        PolicyReplica replica = start();
        announce(revision(7, 5, DENY_A));
        until(() -> replica.current().isPresent());
        Buffer good = revision(7, 6, DENY_ALL);
        Buffer flipped = good.copy().setByte(90, (byte) (good.getByte(90) ^ 1));
        announceAs(flipped, 6, SignedRevision.contentHash(flipped.getBytes()));
        until(() -> count("edge_policy_refused_total") == 1);
        announceAs(good, 7, SignedRevision.contentHash(good.getBytes()));
        until(() -> count("edge_policy_refused_total") == 2);
        served = good;
        bus.publish(
                Addresses.POLICY_CURRENT, new RevisionAnnouncement(new SequencePair(7, 8), "00", good.length() + 1));
        until(() -> count("edge_policy_fetch_failures_total") == 1);
        assertThat(replica.current().orElseThrow().pair()).isEqualTo(new SequencePair(7, 5));
    }

    @Test
    void takesNothingOlderBackButANewLifeOfTheSequence() throws Exception {
        PolicyReplica replica = start();
        Buffer five = revision(7, 5, DENY_A);
        announce(five);
        until(() -> replica.current().isPresent());
        announce(revision(7, 4, DENY_ALL));
        announce(signed(9, 90, content(DENY_ALL), now.minusSeconds(60)));
        until(() -> count("edge_policy_refused_total") == 1);
        assertThat(replica.current().orElseThrow().pair()).isEqualTo(new SequencePair(7, 5));
        now = now.plusSeconds(60);
        announce(revision(8, 1, DENY_ALL));
        until(() -> replica.current().orElseThrow().pair().equals(new SequencePair(8, 1)));
    }

    @Test
    void growsOldWithoutHeartbeatsAndDeniesWhereThePolicySaysSo() throws Exception {
        PolicyReplica replica = start();
        Buffer strict = revision(7, 1, "on-stale: deny\nmax-stale: 10s\ndefault: allow\n");
        announce(strict);
        until(() -> replica.current().isPresent());
        now = now.plusSeconds(10);
        assertThat(replica.current()).isPresent();
        now = now.plusSeconds(1);
        assertThat(replica.current()).isEmpty();
        assertThat(replica.age()).isEqualTo(Duration.ofSeconds(11));
        until(() -> state() == Health.State.NOT_READY);
        announce(strict);
        until(() -> replica.current().isPresent());
        assertThat(replica.age()).isEqualTo(Duration.ZERO);
    }

    @Test
    void goesOnEnforcingTheLastOneByDefault() throws Exception {
        PolicyReplica replica = start();
        announce(revision(7, 1, DENY_A));
        until(() -> replica.current().isPresent());
        now = now.plus(Duration.ofDays(400));
        assertThat(verdict(replica, "a.example")).isEqualTo("Deny");
        until(() -> state() == Health.State.DEGRADED);
    }

    @Test
    void remembersItsAgeOverARestart() throws Exception {
        PolicyReplica before = start();
        announce(revision(7, 1, "on-stale: deny\nmax-stale: 1h\ndefault: allow\n"));
        until(() -> before.current().isPresent());
        before.close();
        assertThat(Files.setLastModifiedTime(
                        state.resolve("policy/current.revision"), FileTime.from(now.minusSeconds(3601))))
                .exists();
        assertThat(start().current()).isEmpty();
    }

    @Test
    void asksPolicyServiceAndIsClosedWhereNobodyAnswersInTime() throws Exception {
        PolicyReplica replica = start();
        RequestFacts facts = facts("a.example");
        Verdict closed = new Verdict.Deny(new Verdict.Reason(PolicyReplica.NO_REVISION, "", ""), 503);
        assertThat(await(replica.consult(facts))).isEqualTo(closed);
        Registration silent = bus.serve(
                Addresses.POLICY_DECIDE,
                request -> Promise.<DecideReply>promise().future());
        assertThat(await(replica.consult(facts))).isEqualTo(closed);
        silent.close();
        assertThat(bus.serve(
                        Addresses.POLICY_DECIDE,
                        request -> Future.succeededFuture(new DecideReply(
                                request.responseType().isEmpty()
                                        ? DecideReply.Outcome.AWAIT_RESPONSE
                                        : request.responseType().equals("text/html")
                                                ? DecideReply.Outcome.ALLOW
                                                : DecideReply.Outcome.DENY,
                                451,
                                "",
                                "types",
                                new SequencePair(1, 1)))))
                .isNotNull();
        Verdict.Reason reason = new Verdict.Reason("types", "", "");
        assertThat(await(replica.consult(facts))).isEqualTo(new Verdict.AwaitResponse(reason));
        assertThat(await(replica.consult(facts, new ResponseFacts(List.of("text/html")))))
                .isEqualTo(new Verdict.Allow(reason));
        assertThat(await(replica.consult(facts, new ResponseFacts(List.of("text/html", "image/png")))))
                .isEqualTo(new Verdict.Deny(reason, 451));
        assertThat(await(replica.consult(facts, ResponseFacts.unknown()))).isEqualTo(new Verdict.Deny(reason, 451));
    }

    @Test
    void asksForThePortThatHostClaimsAndForTheRealOne() throws Exception {
        PolicyReplica replica = start();
        assertThat(bus.serve(
                        Addresses.POLICY_DECIDE,
                        request -> Future.succeededFuture(new DecideReply(
                                request.port() == 81
                                        ? DecideReply.Outcome.DENY
                                        : request.port() == 82
                                                ? DecideReply.Outcome.AWAIT_RESPONSE
                                                : DecideReply.Outcome.ALLOW,
                                403,
                                "",
                                "ports",
                                new SequencePair(1, 1)))))
                .isNotNull();
        Verdict.Reason reason = new Verdict.Reason("ports", "", "");
        assertThat(await(replica.consult(facts(80, 8080)))).isEqualTo(new Verdict.Allow(reason));
        assertThat(await(replica.consult(facts(80, 81)))).isEqualTo(new Verdict.Deny(reason, 403));
        assertThat(await(replica.consult(facts(81, 80)))).isEqualTo(new Verdict.Deny(reason, 403));
        assertThat(await(replica.consult(facts(82, 81)))).isEqualTo(new Verdict.Deny(reason, 403));
        assertThat(await(replica.consult(facts(82, 80)))).isEqualTo(new Verdict.AwaitResponse(reason));
        assertThat(await(replica.consult(facts(80, 82)))).isEqualTo(new Verdict.AwaitResponse(reason));
    }

    private PolicyReplica start() throws Exception {
        health = new Health();
        metrics = new Metrics();
        ServiceContext service = new ServiceContext(
                vertx,
                bus,
                BodyChannel.none(),
                WeirConfigReader.ofProcess().defaults(),
                "edge-proxy-1",
                "test",
                state,
                new Secrets(secretsDirectory),
                metrics,
                health,
                () -> now,
                new NodeCounters());
        Context context = vertx.getOrCreateContext();
        PolicyReplica replica = await(Future.future(promise ->
                context.runOnContext(go -> PolicyReplica.start(service).onComplete(promise))));
        started.add(replica);
        return replica;
    }

    private Health.State state() {
        return Objects.requireNonNull(health.parts().get("policy")).state();
    }

    private long count(String meter) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith("weir_" + meter))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToLong(value -> (long) Double.parseDouble(value))
                .sum();
    }

    private Buffer revision(long epoch, long number, String policy) {
        return signed(epoch, number, content(policy), now);
    }

    private static RevisionContent content(String policy) {
        return RevisionContent.of(PolicySource.parseFile("p", policy), List.of());
    }

    private static Buffer signed(long epoch, long number, RevisionContent content, Instant createdAt) {
        return Buffer.buffer(SignedRevision.sign(
                        epoch, number, createdAt, content.toBytes(), new Secrets(secretsDirectory).revisionKey())
                .toBytes());
    }

    private void announce(Buffer revision) {
        SignedRevision.Verification verification =
                SignedRevision.verify(revision.getBytes(), new Secrets(secretsDirectory).revisionPublicKey());
        SignedRevision signed = ((SignedRevision.Verified) verification).revision();
        served = revision;
        bus.publish(
                Addresses.POLICY_CURRENT,
                new RevisionAnnouncement(
                        new SequencePair(signed.epoch(), signed.number()), signed.hash(), revision.length()));
    }

    private void announceAs(Buffer revision, long number, String hash) {
        served = revision;
        bus.publish(
                Addresses.POLICY_CURRENT,
                new RevisionAnnouncement(new SequencePair(7, number), hash, revision.length()));
    }

    private static String verdict(PolicyReplica replica, String host) {
        return replica.current()
                .orElseThrow()
                .policy()
                .evaluate(facts(host))
                .getClass()
                .getSimpleName();
    }

    private static RequestFacts facts(String host) {
        return new RequestFacts(
                "egress",
                ListenerDefault.DENY,
                IpAddress.parse("192.0.2.1").orElseThrow(),
                "GET",
                host,
                true,
                80,
                PathReadings.of("/"));
    }

    private static RequestFacts facts(int claimed, int real) {
        RequestFacts known = facts("a.example");
        return new RequestFacts(
                "web", ListenerDefault.ALLOW, known.client(), "GET", "a.example", true, claimed, real, known.path());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Waits for a condition that other threads bring about. */
    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
