package dev.weir.runtime;

/** Why a process cannot start; the message is for who started it. */
public final class StartException extends RuntimeException {
    private final int exitCode;

    private StartException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** Something about how it was called or set up: exit code 2. */
    static StartException usage(String message) {
        return new StartException(ServiceProcess.USAGE, message);
    }

    /** Something that went wrong: exit code 1. */
    static StartException failure(String message) {
        return new StartException(ServiceProcess.FAILED, message);
    }

    /** The exit code of the process. */
    public int exitCode() {
        return exitCode;
    }
}
