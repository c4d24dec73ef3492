package dev.weir.policy;

import dev.weir.policy.HostCondition.HostMatch;
import dev.weir.policy.Verdict.Reason;
import java.util.List;

/**
 * A compiled policy: one ordered list of rules, of which the first that matches decides, and a default. Immutable; any
 * thread may ask it. A verdict that names no list entry costs no allocation.
 */
public final class Policy {
    private static final Verdict DEFAULT_ALLOW = new Verdict.Allow(Reason.of(Reason.DEFAULT));
    private static final Verdict DEFAULT_DENY = new Verdict.Deny(Reason.of(Reason.DEFAULT), Outcome.Deny.FORBIDDEN);
    private static final Verdict LISTENER_ALLOW = new Verdict.Allow(Reason.of(Reason.LISTENER_DEFAULT));
    private static final Verdict LISTENER_DENY =
            new Verdict.Deny(Reason.of(Reason.LISTENER_DEFAULT), Outcome.Deny.FORBIDDEN);

    private final List<Rule> rules;
    private final DefaultOutcome defaultOutcome;
    private final Staleness staleness;

    Policy(List<Rule> rules, DefaultOutcome defaultOutcome, Staleness staleness) {
        this.rules = List.copyOf(rules);
        this.defaultOutcome = defaultOutcome;
        this.staleness = staleness;
    }

    /** No rules, and each listener's own default: what holds where nothing is configured. */
    public static Policy empty() {
        return new Policy(List.of(), DefaultOutcome.BY_LISTENER, Staleness.STANDARD);
    }

    /** The verdict before the request is forwarded. */
    public Verdict evaluate(RequestFacts request) {
        if (request.isTunnel()) {
            return evaluate(request, ResponseFacts.unknown());
        }
        Verdict waiting = LISTENER_DENY;
        boolean waits = false;
        boolean mayAllow = false;
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            HostMatch match = rule.matchRequest(request);
            if (!match.matched()) {
                continue;
            }
            if (!rule.when().asksForResponse()) {
                return settle(rule.verdict(match), waits, mayAllow, waiting);
            }
            if (!waits) {
                waits = true;
                waiting = new Verdict.AwaitResponse(new Reason(rule.name(), match.list(), match.entry()));
            }
            mayAllow |= rule.allows();
        }
        return settle(byDefault(request), waits, mayAllow, waiting);
    }

    /** The verdict once the answer's head is there; never {@link Verdict.AwaitResponse}. */
    public Verdict evaluate(RequestFacts request, ResponseFacts response) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.when().asksForResponse() && !rule.matchesResponse(response)) {
                continue;
            }
            HostMatch match = rule.matchRequest(request);
            if (match.matched()) {
                return rule.verdict(match);
            }
        }
        return byDefault(request);
    }

    /** What holds where no rule matches. */
    public DefaultOutcome defaultOutcome() {
        return defaultOutcome;
    }

    /** What an edge that is cut off does with this policy. */
    public Staleness staleness() {
        return staleness;
    }

    /** The number of rules. */
    public int ruleCount() {
        return rules.size();
    }

    /**
     * Whether {@code default: allow} lets anybody at all use this listener: no rule turns clients away from it by their
     * address, and none refuses all that is left.
     */
    public boolean leavesOpen(String listener) {
        return defaultOutcome == DefaultOutcome.ALLOW
                && rules.stream()
                        .noneMatch(rule -> !rule.allows()
                                && rule.when().appliesTo(listener)
                                && rule.when().asksAtMostForClient());
    }

    /** The definite verdict, unless a rule above it waits for the answer and one or the other could allow. */
    private static Verdict settle(Verdict definite, boolean waits, boolean mayAllow, Verdict waiting) {
        return waits && (mayAllow || definite instanceof Verdict.Allow) ? waiting : definite;
    }

    private Verdict byDefault(RequestFacts request) {
        return switch (defaultOutcome) {
            case ALLOW -> DEFAULT_ALLOW;
            case DENY -> DEFAULT_DENY;
            case BY_LISTENER -> request.listenerDefault() == ListenerDefault.ALLOW ? LISTENER_ALLOW : LISTENER_DENY;
        };
    }
}
