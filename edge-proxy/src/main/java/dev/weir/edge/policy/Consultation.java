package dev.weir.edge.policy;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideReply.Outcome;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.policy.ListenerDefault;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.ResponseFacts;
import dev.weir.policy.Verdict;
import dev.weir.policy.Verdict.Reason;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks policy-service for a verdict that this edge cannot reach itself, at most 50 ms; then, or when too many wait
 * already, the answer is 503. Lives on the event loops that call it.
 */
final class Consultation {
    private static final Duration BUDGET = Duration.ofMillis(50);
    private static final int MOST_WAITING = 1024;
    private static final int UNAVAILABLE = 503;

    /** Not the type of anything: says that the answer has none, where an empty text says that there is no answer yet. */
    private static final String NO_TYPE = "weir/none";

    private final Bus bus;
    private final Count answered;
    private final Count closed;
    private final AtomicInteger waiting = new AtomicInteger();

    Consultation(Bus bus, Metrics metrics) {
        this.bus = bus;
        String help = "Verdicts asked of policy-service, because there was no usable revision.";
        this.answered = metrics.counter("edge.policy.consultations", help, "outcome", "answered");
        this.closed = metrics.counter("edge.policy.consultations", help, "outcome", "closed");
    }

    /** The verdict; never fails. UNKNOWN stands for: nobody knows in time, answer 503. */
    Future<DecideReply> decide(DecideRequest request) {
        if (waiting.get() >= MOST_WAITING) {
            closed.increment();
            return Future.succeededFuture(unavailable());
        }
        Future<DecideReply> asked;
        try {
            asked = bus.request(Addresses.POLICY_DECIDE, request, BUDGET);
        } catch (IllegalArgumentException tooLargeForAFrame) {
            closed.increment();
            return Future.succeededFuture(unavailable());
        }
        waiting.incrementAndGet();
        return asked.otherwise(failure -> unavailable()).map(this::counted);
    }

    /** The verdict on these facts; never fails, and is 503 where nobody knows in time. */
    Future<Verdict> verdict(RequestFacts facts) {
        return verdict(facts, List.of(""));
    }

    /** The verdict on these facts with the answer's. */
    Future<Verdict> verdict(RequestFacts facts, ResponseFacts response) {
        return verdict(facts, response.mediaTypes().isEmpty() ? List.of(NO_TYPE) : response.mediaTypes());
    }

    /** Several types, and several ports, are asked for one by one: the first refusal counts. */
    private Future<Verdict> verdict(RequestFacts facts, List<String> types) {
        List<DecideRequest> questions = new ArrayList<>();
        for (String type : types) {
            questions.add(request(facts, type));
            if (facts.localPort() != facts.port()) {
                questions.add(request(facts.forPort(facts.localPort()), type));
            }
        }
        Future<Verdict> verdict = decide(questions.get(0)).map(Consultation::verdict);
        for (DecideRequest question : questions.subList(1, questions.size())) {
            verdict = verdict.compose(before -> isRefusal(before)
                    ? Future.succeededFuture(before)
                    : decide(question).map(Consultation::verdict).map(after -> stricter(before, after)));
        }
        return verdict;
    }

    private static boolean isRefusal(Verdict verdict) {
        return !(verdict instanceof Verdict.Allow || verdict instanceof Verdict.AwaitResponse);
    }

    private static Verdict stricter(Verdict before, Verdict after) {
        return after instanceof Verdict.Allow ? before : after;
    }

    private DecideReply counted(DecideReply reply) {
        waiting.decrementAndGet();
        (reply.outcome() == Outcome.UNKNOWN ? closed : answered).increment();
        return reply.outcome() == Outcome.UNKNOWN ? unavailable() : reply;
    }

    private static DecideReply unavailable() {
        return new DecideReply(Outcome.UNKNOWN, UNAVAILABLE, "", PolicyReplica.NO_REVISION, SequencePair.NONE);
    }

    private static DecideRequest request(RequestFacts facts, String responseType) {
        // A forward listener on loopback and a reverse one have the same default, and nothing else asks for the mode.
        boolean allows = facts.listenerDefault() == ListenerDefault.ALLOW;
        return new DecideRequest(
                facts.listener(),
                "forward",
                allows,
                facts.client().toString(),
                "",
                facts.method(),
                facts.host(),
                facts.hostVerified(),
                facts.port(),
                facts.path().raw(),
                "",
                responseType);
    }

    private static Verdict verdict(DecideReply reply) {
        Reason reason = new Reason(reply.rule(), "", "");
        return switch (reply.outcome()) {
            case ALLOW -> new Verdict.Allow(reason);
            case DENY -> new Verdict.Deny(reason, reply.status());
            case REDIRECT -> new Verdict.Redirect(reason, reply.location(), reply.status());
            case AWAIT_RESPONSE -> new Verdict.AwaitResponse(reason);
            case UNKNOWN -> new Verdict.Deny(reason, UNAVAILABLE);
        };
    }
}
