package dev.weir.policyservice;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.contracts.policy.PublishRequest;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.contracts.policy.RevisionFetch;
import dev.weir.policyservice.PolicyAuthority.Standing;
import dev.weir.runtime.Running;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.Registration;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.Position;
import dev.weir.settings.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where policy-service is spoken to: announces the revision in force, hands it out, decides, publishes. Lives on a
 * single event loop; what touches the disk runs on the one thread of {@code disk}, in order.
 */
final class PolicyDesk implements Running {
    /** How often the files are looked at; a change is read at the second look that finds it. */
    static final long LOOK_MILLIS = 250;

    static final long ANNOUNCE_MILLIS = 1000;

    /** Edges that start together with this service shall not wait for the second announcement. */
    private static final long FIRST_ANNOUNCE_MILLIS = 100;

    private static final int FIRST_ANNOUNCEMENTS = 30;
    static final int CHUNK_BYTES = 32 * 1024;
    private static final int LONGEST_TEXT = 4 * 1024 * 1024;
    private static final int MOST_PUBLISHING = 4;
    private static final int MOST_PROBLEMS = 50;
    private static final int LONGEST_PROBLEM = 500;
    private static final Logger LOG = LoggerFactory.getLogger(PolicyDesk.class);

    private final Vertx vertx;
    private final Bus bus;
    private final InstantSource clock;
    private final WorkerExecutor disk;
    private final PolicyAuthority authority;
    private final PseudonymKeys keys;
    private final Health.Part health;
    private final Count revisions;
    private final Count refusals;
    private final Count decisions;
    private final List<Registration> registrations = new ArrayList<>();
    private final List<Long> timers = new ArrayList<>();

    /** Written on the event loop, read by meters too. */
    private volatile Standing standing = new Standing(Optional.empty(), List.of(), List.of());

    private boolean looking;
    private int publishing;
    private int firstAnnouncements;
    private String lastFailure = "";

    PolicyDesk(ServiceContext context, WorkerExecutor disk, PolicyAuthority authority, PseudonymKeys keys) {
        this.vertx = context.vertx();
        this.bus = context.bus();
        this.clock = context.clock();
        this.disk = disk;
        this.authority = authority;
        this.keys = keys;
        this.health = context.health().part("policy-service");
        Metrics metrics = context.metrics();
        revisions = metrics.counter("policy.revisions", "Revisions put in force since the start.");
        refusals = metrics.counter("policy.refusals", "Times that a policy was read or sent and could not be used.");
        decisions = metrics.counter("policy.decisions", "Verdicts given to edges that asked for one.");
        metrics.gauge(
                "policy.revision",
                "Number of the revision in force.",
                () -> standing.pair().number());
        metrics.gauge(
                "policy.problems",
                "Problems of the policy that was read last; above 0, an older one is in force.",
                () -> standing.problems().size());
        context.status().number("policy.revision", () -> standing.pair().number());
        context.status().number("policy.problems", () -> standing.problems().size());
        context.status().word("policy.pair", () -> standing.pair().toString());
        context.status().word("policy.problem", this::firstProblem);
    }

    /** Begins with how things stand. */
    void open(Standing begun) {
        take(begun);
        registrations.add(bus.serve(Addresses.POLICY_FETCH, request -> Future.succeededFuture(chunk(request))));
        registrations.add(bus.serve(Addresses.POLICY_DECIDE, this::decide));
        registrations.add(bus.serve(Addresses.POLICY_PUBLISH, this::publish));
        registrations.add(bus.serve(Addresses.PSEUDONYM_KEY, this::pseudonymKey));
        timers.add(vertx.setPeriodic(LOOK_MILLIS, timer -> look()));
        timers.add(vertx.setPeriodic(ANNOUNCE_MILLIS, timer -> announce()));
        timers.add(vertx.setPeriodic(FIRST_ANNOUNCE_MILLIS, this::announceAtFirst));
    }

    @Override
    public Future<Void> drain() {
        registrations.forEach(Registration::close);
        timers.forEach(vertx::cancelTimer);
        return disk.close();
    }

    private void look() {
        if (looking) {
            return;
        }
        looking = true;
        disk.executeBlocking(() -> authority.look(clock.instant())).onComplete(looked -> {
            looking = false;
            if (looked.succeeded()) {
                lastFailure = "";
                take(looked.result());
            } else {
                fail(looked.cause());
            }
        });
    }

    /** Takes over how things stand, and says what is new about it. */
    private void take(Standing now) {
        Standing before = standing;
        standing = now;
        if (!now.problems().isEmpty() && !now.problems().equals(before.problems())) {
            refusals.increment();
            LOG.warn(
                    "The policy can't be used; revision {} stays in force. {}",
                    now.pair(),
                    String.join("; ", shortened(now.problemTexts())));
        }
        if (!now.notes().equals(before.notes())) {
            now.notes().forEach(LOG::warn);
        }
        if (!now.pair().equals(before.pair())) {
            revisions.increment();
            LOG.info("Policy revision {} is in force.", now.pair());
            announce();
        }
        sayHealth();
    }

    private void fail(Throwable cause) {
        String failure = String.valueOf(cause);
        if (!failure.equals(lastFailure)) {
            LOG.error("The policy can't be kept on the disk; revision {} stays in force.", standing.pair(), cause);
        }
        lastFailure = failure;
        sayHealth();
    }

    private void sayHealth() {
        String problem = lastFailure.isEmpty() ? firstProblem() : lastFailure;
        if (standing.inForce().isEmpty()) {
            health.notReady(problem.isEmpty() ? "no policy yet" : problem);
        } else if (problem.isEmpty()) {
            health.ready();
        } else {
            health.degraded(problem);
        }
    }

    private String firstProblem() {
        List<String> problems = shortened(standing.problemTexts());
        return problems.isEmpty() ? "" : problems.get(0);
    }

    private void announce() {
        standing.inForce().ifPresent(inForce -> bus.publish(Addresses.POLICY_CURRENT, inForce.announcement()));
    }

    private void announceAtFirst(long timer) {
        announce();
        if (++firstAnnouncements == FIRST_ANNOUNCEMENTS) {
            vertx.cancelTimer(timer);
        }
    }

    private RevisionChunk chunk(RevisionFetch request) {
        return standing.inForce()
                .filter(inForce -> inForce.announcement().hash().equals(request.hash()))
                .map(PolicyInForce::bytes)
                .filter(bytes -> request.offset() >= 0 && request.offset() < bytes.length())
                .map(bytes -> new RevisionChunk(request.offset(), bytes.length(), piece(bytes, (int) request.offset())))
                .orElseGet(() -> new RevisionChunk(request.offset(), 0, Buffer.buffer()));
    }

    private static Buffer piece(Buffer bytes, int offset) {
        return bytes.slice(offset, Math.min(bytes.length(), offset + CHUNK_BYTES));
    }

    private Future<DecideReply> decide(DecideRequest request) {
        decisions.increment();
        try {
            return Future.succeededFuture(standing.inForce()
                    .map(inForce -> Consultation.answer(inForce, request))
                    .orElseGet(Consultation::unknown));
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<PublishReply> publish(PublishRequest request) {
        if (publishing >= MOST_PUBLISHING) {
            return Future.succeededFuture(new PublishReply(
                    false, List.of("published policy:1:1: too many are being published at once"), standing.pair()));
        }
        publishing++;
        return disk.executeBlocking(() -> published(request, clock.instant()))
                .map(now -> published(request, now))
                .onComplete(done -> publishing--);
    }

    private Standing published(PublishRequest request, Instant now) throws IOException {
        String text;
        try {
            text = GzipText.read(request.text().getBytes(), LONGEST_TEXT);
        } catch (IOException e) {
            Problem problem = new Problem(new Position("published policy", 1, 1), "", "not a text: " + e.getMessage());
            return new Standing(Optional.empty(), List.of(problem), List.of());
        }
        return authority.publish(text, request.dryRun(), now);
    }

    private PublishReply published(PublishRequest request, Standing now) {
        SequencePair before = standing.pair();
        boolean accepted = now.problems().isEmpty();
        if (accepted && !request.dryRun()) {
            take(now);
        }
        if (!accepted) {
            refusals.increment();
        }
        LOG.info(
                "A policy was published by \"{}\": {}; revision {} before, {} now.",
                printable(request.by()),
                accepted ? request.dryRun() ? "tried, good" : "accepted" : "refused",
                before,
                standing.pair());
        return new PublishReply(accepted, shortened(now.problemTexts()), standing.pair());
    }

    private Future<PseudonymKey> pseudonymKey(PseudonymKeyRequest request) {
        return disk.executeBlocking(() -> keys.key(request.epochDay(), clock.instant()))
                .map(key -> new PseudonymKey(
                        request.epochDay(), key.map(Buffer::buffer).orElseGet(Buffer::buffer)));
    }

    /** Few and short enough for a frame and a line of the log. */
    private static List<String> shortened(List<String> problems) {
        return problems.stream()
                .limit(MOST_PROBLEMS)
                .map(problem ->
                        problem.length() > LONGEST_PROBLEM ? problem.substring(0, LONGEST_PROBLEM) + " …" : problem)
                .toList();
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 100)).replaceAll("\\p{Cntrl}", "?");
    }
}
