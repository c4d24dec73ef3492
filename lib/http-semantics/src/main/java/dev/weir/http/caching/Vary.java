package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The request fields that select among the responses stored under one key (RFC 9111 §4.1).
 *
 * @param names in lower case, sorted, each once
 * @param isAny whether no request matches: Vary was {@code *}, or has a member that is no field name
 */
public record Vary(List<String> names, boolean isAny) {
    /** Members of a list that is normalised; a longer one is compared as it came, so that nobody sends work. */
    static final int MOST_MEMBERS = 32;

    private static final Vary NONE = new Vary(List.of(), false);
    private static final Vary ANY = new Vary(List.of(), true);

    /** By what no operator's word keeps responses from being told apart. */
    private static final Vary NEEDED = new Vary(List.of("accept-encoding", "origin"), false);

    /** Lists whose blanks mean nothing, by their grammar; of other fields too little is known to touch them. */
    private static final Set<String> LISTS = Set.of(
            "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "pragma", "prefer");

    /** Lists whose members are the same in any case (RFC 9110 §8.4.1, §8.5.1, §8.3.2). */
    private static final Set<String> CASELESS = Set.of("accept-charset", "accept-encoding", "accept-language");

    /** Copies the names. */
    public Vary {
        names = List.copyOf(names);
    }

    /**
     * What a response varies by: what it says, and what it shows though its origin forgot to say so. One in a coding was
     * chosen by Accept-Encoding, one that lets a single origin read it by Origin: others would get what they can't read.
     */
    public static Vary of(HeaderFields response) {
        boolean coded = isCoded(response);
        boolean forOneOrigin = isForOneOrigin(response);
        if (!coded && !forOneOrigin && !response.contains("Vary")) {
            return NONE;
        }
        TreeSet<String> names = new TreeSet<>();
        if (coded) {
            names.add("accept-encoding");
        }
        if (forOneOrigin) {
            names.add("origin");
        }
        for (String member : FieldSyntax.list(response, "Vary")) {
            if (member.equals("*") || !FieldSyntax.isToken(member)) {
                return ANY;
            }
            names.add(member.toLowerCase(Locale.ROOT));
        }
        return names.isEmpty() ? NONE : new Vary(List.copyOf(names), false);
    }

    private static boolean isCoded(HeaderFields response) {
        return response.contains("Content-Encoding")
                && !response.combined("Content-Encoding").orElse("").equalsIgnoreCase("identity");
    }

    private static boolean isForOneOrigin(HeaderFields response) {
        return response.contains("Access-Control-Allow-Origin")
                && !response.combined("Access-Control-Allow-Origin").orElse("").equals("*");
    }

    /**
     * The same with nothing but Accept-Encoding, without which clients get what they can't read, and Origin, without which
     * one site would get what another one may read: both, if it is {@code *}, which may mean them.
     */
    Vary onlyWhatIsNeeded() {
        if (isAny) {
            return NEEDED;
        }
        List<String> needed = names.stream().filter(NEEDED.names::contains).toList();
        return needed.isEmpty() ? NONE : needed.size() == names.size() ? this : new Vary(needed, false);
    }

    /** Whether every request matches. */
    public boolean isNone() {
        return names.isEmpty() && !isAny;
    }

    /**
     * The selecting fields of a request as one string: two requests match if theirs are equal. Empty if nothing
     * selects. A field that isn't there differs from an empty one.
     */
    public String variant(HeaderFields request) {
        if (names.isEmpty()) {
            return "";
        }
        StringBuilder variant = new StringBuilder(64);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            variant.append(name);
            Optional<String> value = request.combined(name);
            if (value.isPresent()) {
                append(variant.append('='), name, value.get());
            }
            // No field value holds a line feed: one variant can't be written to look like another.
            variant.append('\n');
        }
        return variant.toString();
    }

    /** Whether a request selects the response that was stored for {@code variant}. */
    public boolean matches(HeaderFields request, String variant) {
        return !isAny && variant(request).equals(variant);
    }

    private static void append(StringBuilder variant, String name, String value) {
        if (!LISTS.contains(name)) {
            variant.append(FieldSyntax.trim(value));
            return;
        }
        List<String> members = FieldSyntax.list(value, MOST_MEMBERS + 1);
        if (members.size() > MOST_MEMBERS) {
            // No form of fewer members is the same as this: who sends as many may miss, and never gets what isn't his.
            variant.append(FieldSyntax.trim(value));
            return;
        }
        Optional<String> preferences = switch (name) {
            case "accept-encoding" -> Preferences.ofCodings(members);
            case "accept-language" -> Preferences.ofLanguages(members);
            default -> Optional.empty();
        };
        String joined = preferences.orElseGet(() -> String.join(",", members));
        variant.append(CASELESS.contains(name) ? joined.toLowerCase(Locale.ROOT) : joined);
    }
}
