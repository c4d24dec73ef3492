package dev.weir.http;

import java.util.ArrayList;
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

    /** The most characters that all readings, wanted or passed on the way, may have together. */
    static final int MOST_CHARACTERS = 512 * 1024;

    private static final int MOST_DECODINGS = 2;

    /** In the order in which they are tried; each is left out, too. Some may come before the rest and after it. */
    private static final List<UnaryOperator<String>> STEPS = List.of(
            PathSteps::withoutHost,
            PathSteps::withoutHostUpToSlash,
            PathSteps::beforeQuery,
            PathSteps::withoutWrittenDotSegments,
            PathSteps::withoutDotSegmentsNorSlashForTheLast,
            PathSteps::withoutDotSegments,
            PathSteps::withoutParameters,
            PathSteps::withoutHostUpToSlash,
            PathSteps::slashesForBackslashes,
            PathSteps::withoutHost,
            PathSteps::joinedSlashes,
            PathSteps::withoutDotSegmentsNorSlashForTheLast,
            PathSteps::withoutDotSegments,
            PathSteps::withoutHost,
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

    /** One path's way through all steps, taken and left out, as often as it may be decoded. */
    private static final class Search {
        private final Set<String> found = new LinkedHashSet<>();
        private long characters;
        private boolean complete = true;

        Readings readings(String raw) {
            Set<String> level = tried(Set.of(raw));
            found.addAll(level);
            for (int i = 0; i < MOST_DECODINGS && complete; i++) {
                Set<String> decoded = new LinkedHashSet<>();
                for (String reading : level) {
                    add(decoded, reading, PathSteps.decoded(reading));
                }
                for (String reading : List.copyOf(decoded)) {
                    add(decoded, reading, PathSteps.withoutOverlongForms(reading));
                }
                level = tried(decoded);
                if (!raw.endsWith("/")) {
                    for (String reading : List.copyOf(level)) {
                        add(level, reading, PathSteps.withoutSlashesAtEnd(reading));
                    }
                }
                found.addAll(level);
            }
            complete &= found.size() <= MOST_READINGS;
            return new Readings(complete ? List.copyOf(found) : List.of(raw), complete);
        }

        private Set<String> tried(Set<String> beginnings) {
            Set<String> tried = new LinkedHashSet<>(beginnings);
            for (UnaryOperator<String> step : STEPS) {
                for (String reading : new ArrayList<>(tried)) {
                    add(tried, reading, step.apply(reading));
                }
            }
            return tried;
        }

        /** Steps that change nothing hand back what they were given. */
        @SuppressWarnings("ReferenceEquality")
        private void add(Set<String> readings, String before, String after) {
            if (after == before) {
                return;
            }
            characters += after.length();
            if (readings.size() >= MOST_READINGS || characters > MOST_CHARACTERS) {
                complete = false;
                return;
            }
            readings.add(after);
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
