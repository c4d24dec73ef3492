package dev.weir.edge.pipeline;

import dev.weir.edge.policy.PolicyReplica;
import dev.weir.http.ProxyError;

/** What the policy's verdicts mean to an exchange. */
final class PolicyWords {
    private static final Verdict CLOSED =
            new Verdict.Reply(LocalAnswer.unavailable("no-policy", ProxyError.PROXY_CONFIGURATION_ERROR.token()));

    private PolicyWords() {}

    /** Notes what the rules said, for the record, and what follows from it. */
    static Verdict verdict(Exchange exchange, dev.weir.policy.Verdict said, String revision) {
        String rule = said.reason().rule();
        if (said instanceof dev.weir.policy.Verdict.Deny deny) {
            exchange.policy(new PolicyVerdict("deny", rule, revision, false));
            if (rule.equals(PolicyReplica.NO_REVISION)) {
                return CLOSED;
            }
            return new Verdict.Reply(LocalAnswer.denied(deny.status()));
        }
        if (said instanceof dev.weir.policy.Verdict.Redirect redirect) {
            exchange.policy(new PolicyVerdict("redirect", rule, revision, false));
            return new Verdict.Reply(LocalAnswer.redirect(redirect.status(), redirect.to()));
        }
        boolean awaits = said instanceof dev.weir.policy.Verdict.AwaitResponse;
        exchange.policy(new PolicyVerdict("allow", rule, revision, awaits));
        return Verdict.PROCEED;
    }
}
