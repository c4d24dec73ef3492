package dev.weir.runtime.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports from first to last, both included. */
public record PortRange(int first, int last) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    /** Reads {@code 443} or {@code 8000-8999}; empty if it is neither, or out of 1 to 65535. */
    public static Optional<PortRange> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        return first >= 1 && first <= last && last <= 65_535
                ? Optional.of(new PortRange(first, last))
                : Optional.empty();
    }

    /** Whether one of the ranges holds the port. */
    public static boolean anyContains(List<PortRange> ranges, int port) {
        for (PortRange range : ranges) {
            if (range.first <= port && port <= range.last) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
