package dev.weir.policy;

/** Ports from {@code first} to {@code last}, both meant. */
record PortRange(int first, int last) {
    PortRange {
        if (first < 1 || last > 65535 || first > last) {
            throw new IllegalArgumentException("ports: " + first + "-" + last + " (expected: within 1-65535)");
        }
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }
}
