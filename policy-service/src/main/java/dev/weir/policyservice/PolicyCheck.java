package dev.weir.policyservice;

import dev.weir.policyservice.PolicyReader.Bad;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.settings.Problem;
import java.util.List;

/** Says whether the policy of a configuration would be put in force; for {@code weir validate} and before a start. Blocks. */
public final class PolicyCheck {
    private PolicyCheck() {}

    /** What is wrong with the policy, its file and its lists; empty if nothing is. */
    public static List<Problem> problems(WeirConfig config) {
        PolicyReader.Outcome outcome =
                new PolicyReader(PolicyService.guarded(config)).read(PolicyOrigin.of(config.policy()));
        return outcome instanceof Bad bad ? bad.problems() : List.of();
    }
}
