package dev.weir.policyservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.Address;
import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.contracts.policy.PublishRequest;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.contracts.policy.RevisionFetch;
import dev.weir.policy.RevisionContent;
import dev.weir.policy.SignedRevision;
import dev.weir.runtime.NodeCounters;
import dev.weir.runtime.Running;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.LocalBus;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import dev.weir.runtime.secrets.SecretsMaker;
import dev.weir.settings.SettingsException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyServiceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    private static Path secretsDirectory;

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final LocalBus bus = new LocalBus(vertx, new Metrics());
    private final List<RevisionAnnouncement> heard = new CopyOnWriteArrayList<>();
    private Health health = new Health();
    private Path file = Path.of("");

    @BeforeAll
    static void makeKeys() throws IOException {
        assertThat(SecretsMaker.fill(secretsDirectory, new SecureRandom(), Instant.now()))
                .isNotEmpty();
    }

    @BeforeEach
    void listen() throws IOException {
        file = directory.resolve("policy.yaml");
        write(denying("a.example"));
        assertThat(bus.subscribe(Addresses.POLICY_CURRENT, heard::add)).isNotNull();
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void announcesAndHandsOutWhatItSigned() throws Exception {
        Running running = start();
        until(() -> heard.size() >= 2);
        RevisionAnnouncement announced = heard.get(0);
        assertThat(announced.pair().number()).isEqualTo(1);
        SignedRevision.Verification verification =
                SignedRevision.verify(fetch(announced).getBytes(), new Secrets(secretsDirectory).revisionPublicKey());
        SignedRevision revision = ((SignedRevision.Verified) verification).revision();
        assertThat(revision.hash()).isEqualTo(announced.hash());
        assertThat(RevisionContent.parse(revision.content())).isPresent();
        assertThat(ask(Addresses.POLICY_FETCH, new RevisionFetch("00", 0)).total())
                .isZero();
        assertThat(ask(Addresses.POLICY_FETCH, new RevisionFetch(announced.hash(), announced.size()))
                        .total())
                .isZero();
        await(running.drain());
    }

    @Test
    void putsAChangedFileInForceAndAWrongOneNot() throws Exception {
        Running running = start();
        until(() -> !heard.isEmpty());
        assertThat(decide("a.example", "")).isEqualTo(DecideReply.Outcome.DENY);
        write(denying("b.example"));
        until(() -> last().pair().number() == 2);
        assertThat(decide("a.example", "")).isEqualTo(DecideReply.Outcome.ALLOW);
        write("rules: [");
        until(() -> policyHealth().state() == Health.State.DEGRADED);
        assertThat(policyHealth().reason()).startsWith(file + ":1:");
        assertThat(decide("b.example", "")).isEqualTo(DecideReply.Outcome.DENY);
        write(denying("b.example"));
        until(() -> policyHealth().state() == Health.State.READY);
        assertThat(last().pair().number()).isEqualTo(2);
        await(running.drain());
    }

    @Test
    void decidesByTheTypeOfTheAnswerToo() throws Exception {
        write(
                "rules: [{ name: exe, when: { response-type: application/x-msdownload }, then: deny }]\ndefault: allow\n");
        Running running = start();
        assertThat(decide("a.example", "")).isEqualTo(DecideReply.Outcome.AWAIT_RESPONSE);
        assertThat(decide("a.example", "application/x-msdownload")).isEqualTo(DecideReply.Outcome.DENY);
        assertThat(decide("a.example", "text/html")).isEqualTo(DecideReply.Outcome.ALLOW);
        await(running.drain());
    }

    @Test
    void publishesByHandAndKeepsItOverARestart() throws Exception {
        Running running = start();
        assertThat(publish("rules: [{}]", false).problems()).isNotEmpty();
        assertThat(publish(denying("c.example"), true).accepted()).isTrue();
        assertThat(decide("c.example", "")).isEqualTo(DecideReply.Outcome.ALLOW);
        PublishReply reply = publish(denying("c.example"), false);
        assertThat(reply.accepted()).isTrue();
        assertThat(reply.pair().number()).isEqualTo(2);
        assertThat(decide("c.example", "")).isEqualTo(DecideReply.Outcome.DENY);
        PublishReply garbage =
                ask(Addresses.POLICY_PUBLISH, new PublishRequest(Buffer.buffer("not gzip"), false, "a\ntest"));
        assertThat(garbage.accepted()).isFalse();
        SequencePair before = last().pair();
        await(running.drain());

        Running again = start();
        assertThat(decide("c.example", "")).isEqualTo(DecideReply.Outcome.DENY);
        assertThat(last().pair()).isEqualTo(before);
        await(again.drain());
    }

    @Test
    void makesTheKeysOfADay() throws Exception {
        Running running = start();
        long today = Instant.now().getEpochSecond() / 86_400;
        Buffer key =
                ask(Addresses.PSEUDONYM_KEY, new PseudonymKeyRequest(today + 1)).key();
        assertThat(key.length()).isEqualTo(32);
        assertThat(ask(Addresses.PSEUDONYM_KEY, new PseudonymKeyRequest(today + 1))
                        .key())
                .isEqualTo(key);
        assertThat(ask(Addresses.PSEUDONYM_KEY, new PseudonymKeyRequest(today - 1))
                        .key()
                        .length())
                .isZero();
        await(running.drain());
    }

    @Test
    void doesNotStartOnAWrongPolicyWithNothingToFallBackOn() throws Exception {
        write("default: perhaps\n");
        assertThatThrownBy(this::start)
                .hasCauseInstanceOf(SettingsException.class)
                .hasMessageContaining(file + ":1:10");
    }

    private Running start() throws Exception {
        heard.clear();
        health = new Health();
        ServiceContext service = new ServiceContext(
                vertx,
                bus,
                BodyChannel.none(),
                WeirConfigReader.ofProcess().read("weir.yaml", "policy: { file: " + file + " }\n"),
                "policy-service",
                "test",
                directory.resolve("state"),
                new Secrets(secretsDirectory),
                new Metrics(),
                health,
                InstantSource.system(),
                new NodeCounters());
        Context context = vertx.getOrCreateContext();
        return await(Future.future(promise ->
                context.runOnContext(go -> new PolicyService().start(service).onComplete(promise))));
    }

    private Health.Status policyHealth() {
        return Objects.requireNonNull(health.parts().get("policy-service"));
    }

    private RevisionAnnouncement last() {
        until(() -> !heard.isEmpty());
        return heard.get(heard.size() - 1);
    }

    private Buffer fetch(RevisionAnnouncement announced) throws Exception {
        Buffer whole = Buffer.buffer();
        while (whole.length() < announced.size()) {
            RevisionChunk chunk = ask(Addresses.POLICY_FETCH, new RevisionFetch(announced.hash(), whole.length()));
            assertThat(chunk.bytes().length()).isBetween(1, 32 * 1024);
            whole = whole.appendBuffer(chunk.bytes());
        }
        return whole;
    }

    private DecideReply.Outcome decide(String host, String responseType) throws Exception {
        DecideRequest request = new DecideRequest(
                "egress", "forward", true, "192.0.2.1", "http", "GET", host, true, 80, "/", "", responseType);
        return ask(Addresses.POLICY_DECIDE, request).outcome();
    }

    private PublishReply publish(String policy, boolean dryRun) throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(policy.getBytes(StandardCharsets.UTF_8));
        }
        return ask(Addresses.POLICY_PUBLISH, new PublishRequest(Buffer.buffer(gzip.toByteArray()), dryRun, "the test"));
    }

    private <Q, A> A ask(Address<Q, A> address, Q request) throws Exception {
        return await(bus.request(address, request, PATIENCE));
    }

    private void write(String policy) throws IOException {
        assertThat(Files.writeString(file, policy)).exists();
    }

    private static String denying(String host) {
        return "rules: [{ name: one, when: { host: " + host + " }, then: deny }]\ndefault: allow\n";
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
