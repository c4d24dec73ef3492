package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import java.util.Arrays;

/**
 * What a stored response can be purged by, beside its URL: the prefixes of its path, its tags and its groups. Each is 64
 * bits of a hash that never changes (it is kept in Redis): should two names ever share one, a purge takes more than it
 * names, never less. Immutable.
 *
 * <p>The prefixes of {@code http://a/b/c?d} are {@code http://a/}, {@code http://a/b/} and {@code http://a/b/c/}.
 */
public final class PurgeMarks {
    /** Segments of a path that are marked; a purge can't name a deeper prefix. */
    public static final int MOST_SEGMENTS = 32;

    /** Tags and groups of one response. */
    public static final int MOST_NAMES = 256;

    private static final long BASIS = 0xcbf2_9ce4_8422_2325L;
    private static final long PRIME = 0x100_0000_01b3L;

    private final long[] marks;
    private final boolean whole;

    private PurgeMarks(long[] marks, boolean whole) {
        this.marks = marks;
        this.whole = whole;
    }

    /**
     * The marks of a response.
     *
     * @param url as {@link CacheKey#uri()} writes it
     * @param fields of the response
     */
    public static PurgeMarks of(String url, HeaderFields fields) {
        Collector into = new Collector();
        prefixes(url, into);
        into.most = into.count + MOST_NAMES;
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            if (name.equalsIgnoreCase("Surrogate-Key")) {
                tags(fields.value(i), into, false);
            } else if (name.equalsIgnoreCase("Cache-Tag")) {
                tags(fields.value(i), into, true);
            }
        }
        for (String group : CacheGroups.of(fields)) {
            into.add(mark(PurgeScope.Kind.GROUP, CacheGroups.origin(url) + ' ' + group));
        }
        return new PurgeMarks(Arrays.copyOf(into.marks, into.count), into.whole);
    }

    /** Whether none are missing: a response that has more names than {@link #MOST_NAMES} must not be stored. */
    public boolean whole() {
        return whole;
    }

    /** How many there are. */
    public int size() {
        return marks.length;
    }

    /** One of them. */
    public long at(int index) {
        return marks[index];
    }

    /** Whether {@code mark} is among them. */
    public boolean contains(long mark) {
        for (long each : marks) {
            if (each == mark) {
                return true;
            }
        }
        return false;
    }

    static long mark(PurgeScope.Kind kind, String subject) {
        return mixed(hash(begin(kind), subject, 0, subject.length()));
    }

    /** How many slashes there are in the path. */
    static int segments(String url) {
        int count = 0;
        for (int i = pathOf(url); i < url.length(); i++) {
            count += url.charAt(i) == '/' ? 1 : 0;
        }
        return count;
    }

    private static void prefixes(String url, Collector into) {
        int question = url.indexOf('?');
        int end = question < 0 ? url.length() : question;
        int path = pathOf(url);
        long hash = hash(begin(PurgeScope.Kind.PREFIX), url, 0, path);
        for (int i = path; i < end && into.count < MOST_SEGMENTS; i++) {
            hash = step(hash, url.charAt(i));
            if (url.charAt(i) == '/') {
                into.add(mixed(hash));
            } else if (i == end - 1) {
                into.add(mixed(step(hash, '/')));
            }
        }
    }

    private static void tags(String value, Collector into, boolean commas) {
        int start = 0;
        for (int i = 0; i <= value.length(); i++) {
            boolean between =
                    i == value.length() || (commas ? value.charAt(i) == ',' : FieldSyntax.isBlank(value.charAt(i)));
            if (between) {
                String tag = FieldSyntax.trim(value.substring(start, i));
                if (!tag.isEmpty()) {
                    into.add(mark(PurgeScope.Kind.TAG, tag));
                }
                start = i + 1;
            }
        }
    }

    private static int pathOf(String url) {
        int slashes = url.indexOf("://");
        int path = slashes < 0 ? -1 : url.indexOf('/', slashes + 3);
        return path < 0 ? url.length() : path;
    }

    private static long begin(PurgeScope.Kind kind) {
        return hash(BASIS, kind.word() + ' ', 0, kind.word().length() + 1);
    }

    /** FNV-1a over UTF-16 units. */
    private static long hash(long from, String text, int start, int end) {
        long hash = from;
        for (int i = start; i < end; i++) {
            hash = step(hash, text.charAt(i));
        }
        return hash;
    }

    private static long step(long hash, char c) {
        return (hash ^ c) * PRIME;
    }

    /** Spreads the last characters over all bits. */
    private static long mixed(long hash) {
        long z = (hash ^ (hash >>> 33)) * 0xff51_afd7_ed55_8ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ce_b9fe_1a85_ec53L;
        return z ^ (z >>> 33);
    }

    private static final class Collector {
        long[] marks = new long[8];
        int count;
        int most = MOST_SEGMENTS;
        boolean whole = true;

        void add(long mark) {
            for (int i = 0; i < count; i++) {
                if (marks[i] == mark) {
                    return;
                }
            }
            if (count >= most) {
                whole = false;
                return;
            }
            if (count == marks.length) {
                marks = Arrays.copyOf(marks, 2 * count);
            }
            marks[count++] = mark;
        }
    }
}
