package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import dev.weir.http.RequestTarget;
import java.util.List;
import java.util.Optional;

/**
 * What a purge is of. Written as one text: the word of its kind, a blank, the subject.
 *
 * @param kind of what
 * @param subject the URL, the path as a URL that ends in a slash, the tag, or origin and group with a blank between;
 *     empty for all
 */
public record PurgeScope(Kind kind, String subject) {
    /** Everything. */
    public static final PurgeScope ALL = new PurgeScope(Kind.ALL, "");

    private static final int LONGEST_URL = 8 * 1024;
    private static final int LONGEST_NAME = 1024;

    /** Kinds of scopes. The words are on the wire. */
    public enum Kind {
        /** One URL with its query: all of its variants. */
        URL("url"),
        /** A path with every query, and whatever lies below it: by segments. */
        PREFIX("prefix"),
        /** Responses with this tag (Surrogate-Key, Cache-Tag), of any origin. */
        TAG("tag"),
        /** Responses of this origin in this group (RFC 9875). */
        GROUP("group"),
        /** Every response. */
        ALL("all");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The word on the wire. */
        public String word() {
            return word;
        }
    }

    /** An absolute http or https URL of at most 8 KiB, in the form that keys have; empty if it is none. */
    public static Optional<PurgeScope> url(String url) {
        return key(url).map(key -> new PurgeScope(Kind.URL, key.uri()));
    }

    /**
     * A path, named by a URL without a query; with or without a slash at its end. Empty if it is no such URL, or deeper
     * than {@link PurgeMarks#MOST_SEGMENTS}.
     */
    public static Optional<PurgeScope> prefix(String url) {
        return key(url).filter(key -> key.query().isEmpty())
                .map(key -> key.uri().endsWith("/") ? key.uri() : key.uri() + '/')
                .filter(prefix -> PurgeMarks.segments(prefix) <= PurgeMarks.MOST_SEGMENTS)
                .map(prefix -> new PurgeScope(Kind.PREFIX, prefix));
    }

    /** A tag: letters as they are, no blank, comma or control, at most 1,024 characters. */
    public static Optional<PurgeScope> tag(String tag) {
        return isName(tag, false) ? Optional.of(new PurgeScope(Kind.TAG, tag)) : Optional.empty();
    }

    /**
     * A group of an origin.
     *
     * @param origin scheme, host, and port if it is not the scheme's own: {@code https://example.com}
     * @param name visible ASCII and blanks, at most 1,024 characters
     */
    public static Optional<PurgeScope> group(String origin, String name) {
        if (!isName(name, true)) {
            return Optional.empty();
        }
        return key(origin.endsWith("/") ? origin : origin + '/')
                .filter(key -> key.path().equals("/") && key.query().isEmpty())
                .map(key -> new PurgeScope(Kind.GROUP, key.scheme() + "://" + key.authority() + ' ' + name));
    }

    /** The groups that Cache-Groups names among {@code fields}, of the origin of {@code url}. */
    public static List<PurgeScope> groups(String url, HeaderFields fields) {
        String origin = CacheGroups.origin(url);
        return CacheGroups.of(fields).stream()
                .flatMap(name -> group(origin, name).stream())
                .toList();
    }

    /** The scope that {@code text} writes, checked and normalised; empty if it is none. */
    public static Optional<PurgeScope> parse(String text) {
        int blank = text.indexOf(' ');
        String word = blank < 0 ? text : text.substring(0, blank);
        String subject = blank < 0 ? "" : text.substring(blank + 1);
        return switch (word) {
            case "url" -> url(subject);
            case "prefix" -> prefix(subject);
            case "tag" -> tag(subject);
            case "group" -> group(subject);
            case "all" -> blank < 0 ? Optional.of(ALL) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<PurgeScope> group(String subject) {
        int blank = subject.indexOf(' ');
        return blank < 0 ? Optional.empty() : group(subject.substring(0, blank), subject.substring(blank + 1));
    }

    /** Whether it may be of more than one URL. */
    public boolean isWide() {
        return kind != Kind.URL;
    }

    /** What a response has among its {@link PurgeMarks} if this is of it; for prefixes, tags and groups. */
    public long mark() {
        return PurgeMarks.mark(kind, subject);
    }

    /** The scope as one text; {@link #parse} reads it. */
    @Override
    public String toString() {
        return kind == Kind.ALL ? kind.word() : kind.word() + ' ' + subject;
    }

    private static Optional<CacheKey> key(String url) {
        if (url.length() > LONGEST_URL
                || !(RequestTarget.parse("GET", url) instanceof RequestTarget.AbsoluteForm absolute)) {
            return Optional.empty();
        }
        return Optional.of(
                CacheKey.of("any", absolute.scheme(), absolute.authority(), absolute.path(), absolute.query()));
    }

    private static boolean isName(String name, boolean blanks) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean sound = blanks ? c >= ' ' && c < 0x7f : c > ' ' && c != 0x7f && c != ',' && c <= 0xff;
            if (!sound) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= LONGEST_NAME;
    }
}
