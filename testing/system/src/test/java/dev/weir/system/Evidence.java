package dev.weir.system;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Makes a failed test show what the processes said. */
final class Evidence implements TestExecutionExceptionHandler {
    private final Supplier<String> evidence;

    Evidence(Supplier<String> evidence) {
        this.evidence = evidence;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        if (!(failure instanceof org.opentest4j.TestAbortedException)) {
            System.out.println("=== " + context.getDisplayName() + " failed: " + failure.getMessage() + "\n"
                    + evidence.get() + "\n=== end of what the processes said");
        }
        throw failure;
    }
}
