package dev.weir.policy;

import dev.weir.policy.HostCondition.HostMatch;
import dev.weir.policy.Verdict.Reason;

/** A rule, ready to be asked. The verdict that names no list entry is made once. */
final class Rule {
    private final String name;
    private final Condition when;
    private final Outcome then;
    private final Certainty needed;
    private final Verdict verdict;

    Rule(String name, Condition when, Outcome then) {
        this.name = name;
        this.when = when;
        this.then = then;
        this.needed = Certainty.of(then);
        this.verdict = then.because(Reason.of(name));
    }

    String name() {
        return name;
    }

    Condition when() {
        return when;
    }

    boolean allows() {
        return needed == Certainty.EVERY_READING;
    }

    HostMatch matchRequest(RequestFacts request) {
        return when.matchRequest(request, needed);
    }

    boolean matchesResponse(ResponseFacts response) {
        return when.matchesResponse(response, allows());
    }

    Verdict verdict(HostMatch match) {
        return match.isByList() ? then.because(new Reason(name, match.list(), match.entry())) : verdict;
    }
}
