package dev.weir.http;

/** A host as routes and rules name it. */
public final class HostPattern {
    private final String written;

    private HostPattern(String written) {
        this.written = written;
    }

    /** An exact name, {@code *.name} for all below it, or {@code *} for any. */
    public static HostPattern of(String written) {
        return new HostPattern(written);
    }

    /** Whether it means a host, written without a port and without a dot at its end. */
    public boolean matches(String host) {
        if (written.equals("*")) {
            return true;
        }
        if (written.startsWith("*.")) {
            return host.length() > written.length() - 1
                    && host.regionMatches(true, host.length() - written.length() + 1, written, 1, written.length() - 1);
        }
        return written.equalsIgnoreCase(host);
    }

    @Override
    public String toString() {
        return written;
    }
}
