package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What Accept-Encoding and Accept-Language ask for, in one form (RFC 9110 §12.5.3, §12.5.4): letters in lower case,
 * weights in their shortest form, members by weight. The order of codings with one weight means nothing. That of languages
 * does to many origins, which take the first for the one that is wanted most ("some recipients treat the order in which
 * language tags are listed as an indication of descending priority"): theirs is kept.
 */
final class Preferences {
    private static final int THOUSAND = 1000;

    /** A stable order: members of one weight stay as they are. */
    private static final Comparator<Member> BY_WEIGHT = Comparator.comparingInt(member -> -member.weight);

    /**
     * A member.
     *
     * @param name in lower case
     * @param weight in thousandths
     */
    private record Member(String name, int weight) {
        void write(StringBuilder out) {
            out.append(name);
            if (weight == THOUSAND) {
                return;
            }
            out.append(weight == 0 ? ";q=0" : ";q=0.");
            int rest = weight;
            for (int place = THOUSAND / 10; rest > 0; place /= 10) {
                out.append((char) ('0' + rest / place));
                rest %= place;
            }
        }
    }

    private Preferences() {}

    /** The one form of all values of Accept-Encoding that say the same; empty if one of its members breaks the grammar. */
    static Optional<String> ofCodings(List<String> list) {
        List<Member> members = new ArrayList<>();
        for (String text : list) {
            Optional<Member> member = member(text);
            if (member.isEmpty()) {
                return Optional.empty();
            }
            // One with weight 0 stays though it says nothing: origins that look for the name alone send it all the
            // same.
            members.add(new Member(alias(member.get().name), member.get().weight));
        }
        members.sort(BY_WEIGHT.thenComparing(member -> member.name));
        return Optional.of(written(members));
    }

    /** The one form of all values of Accept-Language that say the same; empty if one of its members breaks the grammar. */
    static Optional<String> ofLanguages(List<String> list) {
        List<Member> members = new ArrayList<>();
        for (String text : list) {
            Optional<Member> member = member(text);
            if (member.isEmpty()) {
                return Optional.empty();
            }
            members.add(member.get());
        }
        members.sort(BY_WEIGHT);
        return Optional.of(written(members));
    }

    /** Whether a request says what it would like to have in a way that breaks the grammar (RFC 9110 §12.5). */
    static boolean anyMalformed(HeaderFields request) {
        return anyMalformed(request, "Accept", Preferences::isMediaRange)
                || anyMalformed(request, "Accept-Charset", Preferences::isWeighted)
                || anyMalformed(request, "Accept-Encoding", Preferences::isWeighted)
                || anyMalformed(request, "Accept-Language", Preferences::isWeighted);
    }

    private static boolean anyMalformed(HeaderFields request, String name, Predicate<String> member) {
        for (String line : request.all(name)) {
            List<String> members = FieldSyntax.list(line, Vary.MOST_MEMBERS + 1);
            if (members.size() > Vary.MOST_MEMBERS || !members.stream().allMatch(member)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWeighted(String text) {
        return member(text).isPresent();
    }

    /** Of its parameters only what stands before the first of them is read. */
    private static boolean isMediaRange(String text) {
        int semicolon = text.indexOf(';');
        String range = FieldSyntax.trim(semicolon < 0 ? text : text.substring(0, semicolon));
        int slash = range.indexOf('/');
        return slash > 0
                && FieldSyntax.isToken(range.substring(0, slash))
                && FieldSyntax.isToken(range.substring(slash + 1));
    }

    /** RFC 9110 §8.4.1.1, §8.4.1.3. */
    private static String alias(String coding) {
        return switch (coding) {
            case "x-gzip" -> "gzip";
            case "x-compress" -> "compress";
            default -> coding;
        };
    }

    /** What is there twice counts where it stands first. */
    private static String written(List<Member> members) {
        StringBuilder text = new StringBuilder(64);
        for (int i = 0; i < members.size(); i++) {
            if (members.indexOf(members.get(i)) == i) {
                members.get(i).write(i == 0 ? text : text.append(','));
            }
        }
        return text.toString();
    }

    private static Optional<Member> member(String text) {
        int semicolon = text.indexOf(';');
        String name = FieldSyntax.trim(semicolon < 0 ? text : text.substring(0, semicolon));
        int weight = semicolon < 0 ? THOUSAND : weight(FieldSyntax.trim(text.substring(semicolon + 1)));
        return FieldSyntax.isToken(name) && weight >= 0
                ? Optional.of(new Member(name.toLowerCase(Locale.ROOT), weight))
                : Optional.empty();
    }

    /** The thousandths of a qvalue with its name (RFC 9110 §12.4.2); -1 if it is none. */
    private static int weight(String text) {
        boolean shaped = text.length() >= 3
                && text.length() <= 7
                && text.regionMatches(true, 0, "q=", 0, 2)
                && (text.length() == 3 || text.charAt(3) == '.');
        if (!shaped) {
            return -1;
        }
        int weight = 0;
        for (int i = 0; i < 4; i++) {
            int at = i == 0 ? 2 : 3 + i;
            char c = at < text.length() ? text.charAt(at) : '0';
            if (c < '0' || c > '9') {
                return -1;
            }
            weight = weight * 10 + c - '0';
        }
        return weight <= THOUSAND ? weight : -1;
    }
}
