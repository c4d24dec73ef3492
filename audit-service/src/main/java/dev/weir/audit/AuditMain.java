package dev.weir.audit;

import dev.weir.runtime.ServiceMain;

/** audit-service as a process of its own. */
public final class AuditMain {
    private AuditMain() {}

    /** Starts it; see {@link ServiceMain} for the arguments. */
    public static void main(String[] arguments) {
        System.exit(ServiceMain.run(new AuditService(), arguments));
    }
}
