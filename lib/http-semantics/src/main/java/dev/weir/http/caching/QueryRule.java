package dev.weir.http.caching;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Which parameters of a query count, and whether their order does. What remains is written as it came: no triple is
 * decoded, none encoded. Names are compared decoded. A name that ends in an asterisk means all that begin so. Applied to
 * its own result it changes nothing.
 *
 * @param names of parameters
 * @param keeps whether only those of {@code names} count; else all but those
 * @param sorts whether parameters are brought into the order of their names. Those whose names are equal, but for the
 *     case of letters, stay in the order in which they came: to the origin it may mean something
 */
public record QueryRule(List<String> names, boolean keeps, boolean sorts) {
    /** Queries count as they are. */
    public static final QueryRule NONE = new QueryRule(List.of(), false, false);

    /** A query of more parameters isn't sorted, so that nobody sends work. */
    static final int MOST_SORTED = 256;

    private record Parameter(String text, String name) {}

    /** Copies the names. */
    public QueryRule {
        names = List.copyOf(names);
    }

    /** Whether it changes no query. */
    public boolean isNone() {
        return names.isEmpty() && !keeps && !sorts;
    }

    /**
     * The query that counts.
     *
     * @param query with its question mark; empty if there is none
     * @return the same; empty if nothing of it is left
     */
    public String apply(String query) {
        if (query.isEmpty() || isNone()) {
            return query;
        }
        List<Parameter> left = new ArrayList<>();
        int dropped = 0;
        int equals = query.indexOf('=');
        for (int start = 1; start <= query.length(); ) {
            int ampersand = query.indexOf('&', start);
            int end = ampersand < 0 ? query.length() : ampersand;
            if (equals >= 0 && equals < start) {
                equals = query.indexOf('=', start);
            }
            String name = decoded(query.substring(start, equals < 0 || equals > end ? end : equals));
            if (counts(name)) {
                left.add(new Parameter(query.substring(start, end), name));
            } else {
                dropped++;
            }
            start = end + 1;
        }
        boolean moved = sorts && left.size() <= MOST_SORTED && sort(left);
        return dropped == 0 && !moved ? query : joined(left);
    }

    private boolean counts(String name) {
        for (int i = 0; i < names.size(); i++) {
            String each = names.get(i);
            int star = each.length() - 1;
            boolean named =
                    (star >= 0 && each.charAt(star) == '*') ? name.regionMatches(0, each, 0, star) : name.equals(each);
            if (named) {
                return keeps;
            }
        }
        return !keeps;
    }

    /** Whether the order was another one. */
    private static boolean sort(List<Parameter> parameters) {
        List<Parameter> before = List.copyOf(parameters);
        parameters.sort(Comparator.comparing(parameter -> parameter.name().toLowerCase(Locale.ROOT)));
        return !parameters.equals(before);
    }

    private static String joined(List<Parameter> parameters) {
        if (parameters.isEmpty()) {
            return "";
        }
        StringBuilder query = new StringBuilder();
        for (Parameter parameter : parameters) {
            query.append(query.isEmpty() ? '?' : '&').append(parameter.text());
        }
        return query.toString();
    }

    /** As forms are decoded; a triple that is none stays. */
    private static String decoded(String name) {
        if (name.indexOf('%') < 0 && name.indexOf('+') < 0) {
            return name;
        }
        StringBuilder octets = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            int high = c == '%' && i + 2 < name.length() ? Character.digit(name.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(name.charAt(i + 2), 16);
            if (low >= 0) {
                octets.append((char) (16 * high + low));
                i += 2;
            } else {
                octets.append(c == '+' ? ' ' : c);
            }
        }
        return new String(octets.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
