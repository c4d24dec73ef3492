package dev.weir.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Every path that an origin could take a request's path for. Origins differ in whether and how often they decode percent
 * triples, cut {@code ;parameters}, remove dot segments, join slashes, turn backslashes round, take two slashes for the
 * beginning of a host, or drop dots and blanks at the end of a segment; what is decided by a path has to hold whatever
 * the origin does. A rule that denies matches if any reading does, one that allows only if all do.
 *
 * <p>Readings hold octets as chars from 0 to 255, percent triples in upper case. A path without anything doubtful has
 * exactly one, itself, and costs one look at each character; the others are worked out when first asked for. A path can
 * be made so odd that its readings are too many to count: then they are not {@linkplain #areAll() all} known, and it
 * has to be taken for any path at all. Immutable; any thread.
 */
public final class PathReadings {
    /** The most readings that are worked out; paths met in practice have fewer than ten. */
    static final int MOST_READINGS = 256;

    /** The most characters that all readings may have together. */
    static final int MOST_CHARACTERS = 128 * 1024;

    private static final int MOST_DECODINGS = 2;

    /** What may be done to a path at any time, in any order, and again. */
    private static final List<UnaryOperator<String>> STEPS = List.of(
            PathSteps::withoutHost,
            PathSteps::withoutHostUpToSlash,
            PathSteps::beforeQuery,
            PathSteps::withoutWrittenDotSegments,
            PathSteps::withoutDotSegmentsNorSlashForTheLast,
            PathSteps::withoutDotSegments,
            PathSteps::withoutParameters,
            PathSteps::slashesForBackslashes,
            PathSteps::joinedSlashes,
            PathSteps::withoutOverlongForms,
            PathSteps::withoutDotsAndBlanksAtEnds);

    /** In the place of readings too many to count. */
    private static final List<String> UNCOUNTED = List.of("");

    private static final PathReadings NONE = new PathReadings("", List.of());

    /** What {@code OPTIONS *} asks of the server as a whole, an origin without a notion of that asks of its root. */
    private static final PathReadings SERVER = new PathReadings("*", List.of("*", "/"));

    private final String raw;
    private @Nullable List<String> readings;

    private PathReadings(String raw, @Nullable List<String> readings) {
        this.raw = raw;
        this.readings = readings;
    }

    /** No path is known: the request is a CONNECT. */
    public static PathReadings none() {
        return NONE;
    }

    /** The readings of {@code path} as it came; a query or fragment behind it is left out. */
    public static PathReadings of(String path) {
        if (path.equals("*")) {
            return SERVER;
        }
        boolean plain = true;
        char before = 0;
        int end = 0;
        for (; end < path.length(); end++) {
            char c = path.charAt(end);
            if (PathSteps.endsPath(c)) {
                break;
            }
            plain &= !isDoubtful(before, c);
            before = c;
        }
        String raw = end == path.length() ? path : path.substring(0, end);
        return new PathReadings(raw, plain && before != '.' ? List.of(raw) : null);
    }

    /** Whether an origin could read what begins or ends here otherwise than it is written. */
    private static boolean isDoubtful(char before, char c) {
        return c == '%' || c == ';' || c == '\\' || c == ' ' || (c == '/' && (before == '/' || before == '.'));
    }

    /** The path as it came. */
    public String raw() {
        return raw;
    }

    /** The readings, the path as it came first; none for CONNECT. */
    public List<String> all() {
        return areAll() ? known() : List.of(raw);
    }

    /** Whether {@link #all} holds every reading; else any path at all may be one. */
    @SuppressWarnings("ReferenceEquality")
    public boolean areAll() {
        return known() != UNCOUNTED;
    }

    /** Whether this can be read in one way only. */
    boolean isOne() {
        List<String> worked = readings;
        return worked != null && areAll() && worked.size() == 1;
    }

    /**
     * Whether there is nothing to read in two ways but percent triples, which one origin decodes and another doesn't,
     * and none of those is a slash.
     */
    public boolean isUnambiguous() {
        if (isOne()) {
            return true;
        }
        String written = PathSteps.upperCaseTriples(raw);
        String decoded = PathSteps.decoded(written);
        return areAll()
                && !written.contains("%2F")
                && known().stream().allMatch(reading -> reading.equals(written) || reading.equals(decoded));
    }

    private List<String> known() {
        List<String> known = readings;
        if (known == null) {
            known = new Search().readings(PathSteps.upperCaseTriples(raw));
            readings = known;
        }
        return known;
    }

    /** All that steps in any order make of one path, with no more decodings among them than origins do. */
    private static final class Search {
        private final Set<String> found = new LinkedHashSet<>();
        private final Deque<String> next = new ArrayDeque<>();
        private long characters;
        private boolean complete = true;

        List<String> readings(String raw) {
            add(raw);
            close();
            List<String> undecoded = List.copyOf(found);
            for (int i = 0; i < MOST_DECODINGS && complete; i++) {
                int before = found.size();
                undecoded.forEach(this::decode);
                close();
                undecoded = found.stream().skip(before).toList();
            }
            return complete ? List.copyOf(found) : UNCOUNTED;
        }

        /** Until no step makes anything new. */
        private void close() {
            for (String path = next.poll(); path != null && complete; path = next.poll()) {
                for (UnaryOperator<String> step : STEPS) {
                    add(step.apply(path));
                }
            }
        }

        /** Slashes at the end that only decoding brings are not seen by who has called the path a file before. */
        private void decode(String path) {
            String decoded = PathSteps.decoded(path);
            add(decoded);
            if (!path.endsWith("/")) {
                add(PathSteps.withoutSlashesAtEnd(decoded));
                add(PathSteps.withoutSlashesAtEnd(PathSteps.withoutOverlongForms(decoded)));
            }
        }

        private void add(String reading) {
            if (found.contains(reading)) {
                return;
            }
            characters += reading.length();
            if (found.size() >= MOST_READINGS || characters > MOST_CHARACTERS) {
                complete = false;
                return;
            }
            found.add(reading);
            next.add(reading);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathReadings readings && raw.equals(readings.raw);
    }

    @Override
    public int hashCode() {
        return raw.hashCode();
    }

    @Override
    public String toString() {
        return raw;
    }
}
