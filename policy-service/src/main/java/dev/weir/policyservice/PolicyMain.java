package dev.weir.policyservice;

import dev.weir.runtime.ServiceMain;

/** policy-service as a process of its own. */
public final class PolicyMain {
    private PolicyMain() {}

    /** Starts it; see {@link ServiceMain} for the arguments. */
    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(new PolicyService(), arguments));
    }
}
