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

    private static final PathReadings NONE = new PathReadings("", new Readings(List.of(), true));

    private record Readings(List<String> all, boolean complete) {}

    private final String raw;
    private @Nullable Readings readings;

    private PathReadings(String raw, @Nullable Readings readings) {
        this.raw = raw;
        this.readings = readings;
    }

    /** No path is known: the request is a CONNECT. */
    public static PathReadings none() {
        return NONE;
    }

    /** The readings of {@code path} as it came; a query or fragment behind it is left out. */
    public static PathReadings of(String path) {
        String raw = PathSteps.beforeQuery(path);
        return new PathReadings(raw, isPlain(raw) ? new Readings(List.of(raw), true) : null);
    }

    /** The path as it came. */
    public String raw() {
        return raw;
    }

    /** The readings, the path as it came first; none for CONNECT. */
    public List<String> all() {
        return readings().all();
    }

    /** Whether {@link #all} holds every reading; else any path at all may be one. */
    public boolean areAll() {
        return readings().complete();
    }

    /** Whether this can be read in one way only. */
    public boolean isOne() {
        Readings known = readings;
        return known != null && known.complete() && known.all().size() == 1;
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
                && all().stream().allMatch(reading -> reading.equals(written) || reading.equals(decoded));
    }

    private Readings readings() {
        Readings known = readings;
        if (known == null) {
            known = new Search().readings(PathSteps.upperCaseTriples(raw));
            readings = known;
        }
        return known;
    }

    /** Whether all origins read this path alike. */
    private static boolean isPlain(String path) {
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c == ';' || c == '\\' || c == ' ' || (c == '/' && (before == '/' || before == '.'))) {
                return false;
            }
            before = c;
        }
        return before != '.';
    }

    /** All that steps in any order make of one path, with no more decodings among them than origins do. */
    private static final class Search {
        private final Set<String> found = new LinkedHashSet<>();
        private final Deque<String> next = new ArrayDeque<>();
        private long characters;
        private boolean complete = true;

        Readings readings(String raw) {
            add(raw);
            close();
            List<String> undecoded = List.copyOf(found);
            for (int i = 0; i < MOST_DECODINGS && complete; i++) {
                int before = found.size();
                undecoded.forEach(this::decode);
                close();
                undecoded = found.stream().skip(before).toList();
            }
            return new Readings(complete ? List.copyOf(found) : List.of(raw), complete);
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
