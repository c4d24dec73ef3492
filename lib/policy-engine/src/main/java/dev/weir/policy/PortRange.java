package dev.weir.policy;

import java.util.Optional;

/** Ports from {@code first} to {@code last}, both meant. */
record PortRange(int first, int last) {
    PortRange {
        if (first < 1 || last > 65535 || first > last) {
            throw new IllegalArgumentException("ports: " + first + "-" + last + " (expected: within 1-65535)");
        }
    }

    /** {@code 443} or {@code 8000-8999}; empty if it is neither. */
    static Optional<PortRange> parse(String text) {
        if (!text.matches("[1-9][0-9]{0,4}(-[1-9][0-9]{0,4})?")) {
            return Optional.empty();
        }
        int dash = text.indexOf('-');
        int first = Integer.parseInt(dash < 0 ? text : text.substring(0, dash));
        int last = Integer.parseInt(text.substring(dash + 1));
        return first <= last && last <= 65535 ? Optional.of(new PortRange(first, last)) : Optional.empty();
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }
}
