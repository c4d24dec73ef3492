package dev.weir.launcher;

/** Why a command ends: what it says on standard error, and its exit code. */
final class CommandFailure extends RuntimeException {
    private static final int AT_RUN_TIME = 1;
    private static final int USAGE = 2;

    private final int exitCode;

    private CommandFailure(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** It went wrong while running: exit code 1. */
    static CommandFailure atRunTime(String message) {
        return new CommandFailure(AT_RUN_TIME, message);
    }

    /** It was asked wrongly, or the configuration is wrong: exit code 2. */
    static CommandFailure usage(String message) {
        return new CommandFailure(USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }
}
