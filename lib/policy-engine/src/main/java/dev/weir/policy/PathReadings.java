package dev.weir.policy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Every path that an origin could take a request's path for. Origins differ in whether they decode percent triples, cut
 * {@code ;parameters}, remove dot segments, join slashes or turn backslashes round; a rule about a path has to hold
 * whatever the origin does: a rule that denies matches if any reading does, one that allows only if all do.
 *
 * <p>Readings hold bytes as chars from 0 to 255. A path without anything doubtful has exactly one, itself.
 */
public final class PathReadings {
    private static final PathReadings NONE = new PathReadings(List.of());
    private final List<String> all;

    private PathReadings(List<String> all) {
        this.all = all;
    }

    /** No path is known: the request is a CONNECT. */
    public static PathReadings none() {
        return NONE;
    }

    /** The readings of {@code path} as it came; a query or fragment behind it is left out. */
    public static PathReadings of(String path) {
        String raw = withoutQuery(path);
        return isPlain(raw) ? new PathReadings(List.of(raw)) : new PathReadings(List.copyOf(readings(raw)));
    }

    /** The readings, the path as it came first. */
    public List<String> all() {
        return all;
    }

    private static Set<String> readings(String path) {
        String raw = upperCaseTriples(path);
        String decoded = decoded(raw);
        List<String> spellings = new ArrayList<>(List.of(raw, decoded));
        spellings.add(withoutParameters(raw));
        spellings.add(withoutParameters(decoded));
        spellings.add(decoded(withoutParameters(raw)));
        Set<String> readings = new LinkedHashSet<>(spellings);
        for (String spelling : spellings) {
            readings.add(withoutDotSegments(spelling));
            String joined = joinSlashes(spelling);
            readings.add(joined);
            readings.add(withoutDotSegments(joined));
            String turned = joinSlashes(spelling.replace('\\', '/'));
            readings.add(turned);
            readings.add(withoutDotSegments(turned));
        }
        return readings;
    }

    private static String withoutQuery(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '?' || c == '#') {
                return path.substring(0, i);
            }
        }
        return path;
    }

    /** Whether all origins read this path alike. */
    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c == ';' || c == '\\') {
                return false;
            }
            if (c == '/' && i + 1 < path.length() && (path.charAt(i + 1) == '/' || path.charAt(i + 1) == '.')) {
                return false;
            }
        }
        return true;
    }

    /** Hex digits of triples in upper case (RFC 3986 §6.2.2.1). */
    private static String upperCaseTriples(String path) {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            if (triple(path, i) >= 0) {
                text.append(path.substring(i, i + 3).toUpperCase(Locale.ROOT));
                i += 2;
            } else {
                text.append(path.charAt(i));
            }
        }
        return text.toString();
    }

    static String decoded(String path) {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int octet = triple(path, i);
            if (octet >= 0) {
                text.append((char) octet);
                i += 2;
            } else {
                text.append(path.charAt(i));
            }
        }
        return text.toString();
    }

    /** The octet of a percent triple at {@code at}, or -1. */
    private static int triple(String path, int at) {
        if (path.charAt(at) != '%' || at + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** Cuts {@code ;…} from every segment. */
    private static String withoutParameters(String path) {
        StringBuilder text = new StringBuilder(path.length());
        boolean inParameter = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            inParameter = c != '/' && (inParameter || c == ';');
            if (!inParameter) {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static String joinSlashes(String path) {
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** RFC 3986 §5.2.4. */
    private static String withoutDotSegments(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                if (!kept.isEmpty()) {
                    kept.remove(kept.size() - 1);
                }
            } else if (!segments[i].equals(".")) {
                kept.add(segments[i]);
                continue;
            }
            if (last) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathReadings readings && all.equals(readings.all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
