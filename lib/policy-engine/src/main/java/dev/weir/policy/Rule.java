package dev.weir.policy;

import dev.weir.policy.HostCondition.HostMatch;
import dev.weir.policy.Verdict.Reason;

/** A rule, ready to be asked. The verdict that names no list entry is made once. */
final class Rule {
    private final String name;
    private final Condition when;
    private final Outcome then;
    private final boolean allows;
    private final Verdict verdict;

    Rule(String name, Condition when, Outcome then) {
        this.name = name;
        this.when = when;
        this.then = then;
        this.allows = then instanceof Outcome.Allow;
        this.verdict = then.because(Reason.of(name));
    }

    String name() {
        return name;
    }

    Condition when() {
        return when;
    }

    boolean allows() {
        return allows;
    }

    HostMatch matchRequest(RequestFacts request) {
        return when.matchRequest(request, allows);
    }

    boolean matchesResponse(ResponseFacts response) {
        return when.matchesResponse(response, allows);
    }

    Verdict verdict(HostMatch match) {
        return match.isByList() ? then.because(new Reason(name, match.list(), match.entry())) : verdict;
    }
}
