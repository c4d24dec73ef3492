package dev.weir.policyservice;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideReply.Outcome;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.http.PathReadings;
import dev.weir.policy.IpAddress;
import dev.weir.policy.ListenerDefault;
import dev.weir.policy.Policy;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.ResponseFacts;
import dev.weir.policy.Verdict;
import java.util.List;

/** A verdict asked for over the bus: the message's words as facts, and the verdict as the message's words. */
final class Consultation {
    private static final int FORBIDDEN = 403;

    private Consultation() {}

    /** What the policy in force says. */
    static DecideReply answer(PolicyInForce inForce, DecideRequest request) {
        IpAddress client = IpAddress.parse(request.client())
                .orElseThrow(() -> new IllegalArgumentException("client: no address (expected: an IP address)"));
        RequestFacts facts = new RequestFacts(
                request.listener(),
                request.mode().equals("reverse")
                        ? ListenerDefault.reverse()
                        : ListenerDefault.forward(request.loopback()),
                client,
                request.method(),
                request.host(),
                request.hostVerified(),
                request.port(),
                request.method().equals("CONNECT") ? PathReadings.none() : PathReadings.of(request.path()));
        Policy policy = inForce.policy();
        Verdict verdict = request.responseType().isEmpty()
                ? policy.evaluate(facts)
                : policy.evaluate(facts, new ResponseFacts(List.of(request.responseType())));
        return reply(verdict, inForce.pair());
    }

    /** There is no policy to ask. */
    static DecideReply unknown() {
        return new DecideReply(Outcome.UNKNOWN, 0, "", "", SequencePair.NONE);
    }

    private static DecideReply reply(Verdict verdict, SequencePair pair) {
        String rule = verdict.reason().rule();
        if (verdict instanceof Verdict.Allow) {
            return new DecideReply(Outcome.ALLOW, 0, "", rule, pair);
        }
        if (verdict instanceof Verdict.AwaitResponse) {
            return new DecideReply(Outcome.AWAIT_RESPONSE, 0, "", rule, pair);
        }
        if (verdict instanceof Verdict.Redirect redirect) {
            return new DecideReply(Outcome.REDIRECT, redirect.status(), redirect.to(), rule, pair);
        }
        int status = verdict instanceof Verdict.Deny deny ? deny.status() : FORBIDDEN;
        return new DecideReply(Outcome.DENY, status, "", rule, pair);
    }
}
