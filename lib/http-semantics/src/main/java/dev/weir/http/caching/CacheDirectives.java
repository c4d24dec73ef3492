package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.StructuredDictionary;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The cache directives of a message (RFC 9111 §5.2). Seconds may stand in quotes, and are capped at 2³¹. Seconds that
 * are missing, malformed or said twice with different values are <em>invalid</em>: the directive is there, its number
 * isn't; what that means is for the reader to say (freshness: none, §4.2.1).
 */
public final class CacheDirectives {
    static final CacheDirectives NONE = new CacheDirectives(0, new long[0]);
    private static final CacheDirectives ONLY_NO_CACHE = new CacheDirectives(Directive.NO_CACHE.bit(), new long[0]);
    private static final Directive[] DIRECTIVES = Directive.values();
    private static final long INVALID = -1;
    private static final long GREATEST_SECONDS = 1L << 31;

    private final int present;

    /** By slot; empty if there are none. Never changed. */
    private final long[] seconds;

    private CacheDirectives(int present, long[] seconds) {
        this.present = present;
        this.seconds = seconds;
    }

    /** The directives of a response's Cache-Control. */
    public static CacheDirectives ofResponse(HeaderFields fields) {
        return of(fields, "Cache-Control");
    }

    /** The directives of a request: Cache-Control, else {@code Pragma: no-cache} (RFC 9111 §5.4). */
    public static CacheDirectives ofRequest(HeaderFields fields) {
        if (!fields.contains("Cache-Control")) {
            boolean pragma = fields.contains("Pragma") && FieldSyntax.listContains(fields, "Pragma", "no-cache");
            return pragma ? ONLY_NO_CACHE : NONE;
        }
        return of(fields, "Cache-Control");
    }

    /**
     * The directives that a targeted field says; empty if it says none, or one in another type than it has (RFC 9213
     * §2.1): seconds are integers, the others stand alone, no-cache and private may have a string. A negative number is
     * an invalid one.
     */
    static Optional<CacheDirectives> ofDictionary(Map<String, StructuredDictionary.Value> members) {
        int present = 0;
        long[] seconds = new long[DIRECTIVES.length];
        for (Map.Entry<String, StructuredDictionary.Value> member : members.entrySet()) {
            Optional<Directive> known = known(member.getKey());
            if (known.isEmpty() || !known.get().isOfResponses()) {
                continue;
            }
            Directive directive = known.get();
            StructuredDictionary.Value value = member.getValue();
            boolean fits = directive.takesSeconds()
                    ? value.type() == StructuredDictionary.Type.INTEGER
                    : value.isTrue() || (directive.takesNames() && value.type() == StructuredDictionary.Type.STRING);
            if (!fits) {
                return Optional.empty();
            }
            if (directive.takesSeconds()) {
                seconds[directive.slot()] = value.integer() < 0 ? INVALID : Math.min(GREATEST_SECONDS, value.integer());
            }
            present |= directive.bit();
        }
        return members.isEmpty() ? Optional.empty() : Optional.of(new CacheDirectives(present, seconds));
    }

    /** The same without some directives, each a bit. */
    CacheDirectives without(int directives) {
        return (present & directives) == 0 ? this : new CacheDirectives(present & ~directives, seconds);
    }

    /** Whether the directive is there, be its number valid or not. */
    public boolean has(Directive directive) {
        return (present & directive.bit()) != 0;
    }

    /** The seconds that the directive says; empty if it isn't there, or has none that are valid. */
    public OptionalLong seconds(Directive directive) {
        long said = secondsOr(directive, INVALID);
        return said == INVALID ? OptionalLong.empty() : OptionalLong.of(said);
    }

    /** The seconds that the directive says; {@code otherwise} if it isn't there, or has none that are valid. */
    long secondsOr(Directive directive, long otherwise) {
        if (!has(directive) || !directive.takesSeconds()) {
            return otherwise;
        }
        long said = seconds[directive.slot()];
        return said == INVALID ? otherwise : said;
    }

    /** The delta-seconds that {@code text} writes (RFC 9111 §1.2.2), capped at 2³¹; -1 if it is no number. */
    static long deltaSeconds(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return INVALID;
            }
            number = Math.min(GREATEST_SECONDS, number * 10 + c - '0');
        }
        return text.isEmpty() ? INVALID : number;
    }

    private static CacheDirectives of(HeaderFields fields, String name) {
        int present = 0;
        long[] seconds = new long[0];
        for (int i = 0; i < fields.size(); i++) {
            String lineName = fields.name(i);
            if (lineName.length() != name.length() || !lineName.equalsIgnoreCase(name)) {
                continue;
            }
            for (String member : FieldSyntax.list(fields.value(i))) {
                int equals = member.indexOf('=');
                String word = equals < 0 ? member : FieldSyntax.trim(member.substring(0, equals));
                Optional<Directive> known = known(word);
                if (known.isEmpty()) {
                    continue;
                }
                Directive directive = known.get();
                if (directive.takesSeconds()) {
                    seconds = seconds.length == 0 ? new long[DIRECTIVES.length] : seconds;
                    // A blank before the equals sign is an error of syntax: the number doesn't count.
                    long said = equals < 0 || word.length() != equals ? INVALID : argument(member, equals);
                    boolean contradicts = (present & directive.bit()) != 0 && seconds[directive.slot()] != said;
                    seconds[directive.slot()] = contradicts ? INVALID : said;
                }
                present |= directive.bit();
            }
        }
        return present == 0 ? NONE : new CacheDirectives(present, seconds);
    }

    private static long argument(String member, int equals) {
        String text = member.substring(equals + 1);
        return deltaSeconds(FieldSyntax.unquote(text).orElse(text));
    }

    private static Optional<Directive> known(String word) {
        for (Directive directive : DIRECTIVES) {
            if (directive.token().length() == word.length() && directive.token().equalsIgnoreCase(word)) {
                return Optional.of(directive);
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheDirectives directives
                && present == directives.present
                && Arrays.equals(seconds, directives.seconds);
    }

    @Override
    public int hashCode() {
        return 31 * present + Arrays.hashCode(seconds);
    }

    /** The directives as Cache-Control writes them, in the order of {@link Directive}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Directive directive : DIRECTIVES) {
            if (has(directive)) {
                text.append(text.isEmpty() ? "" : ", ").append(directive.token());
                OptionalLong said = seconds(directive);
                if (said.isPresent()) {
                    text.append('=').append(said.getAsLong());
                }
            }
        }
        return text.toString();
    }
}
