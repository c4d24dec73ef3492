package dev.weir.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The characters and shapes that field names and values are made of (RFC 9110 §5.5, §5.6). Scans without allocating
 * unless a result has to be built.
 */
public final class FieldSyntax {
    private static final boolean[] TCHAR = new boolean[128];

    static {
        for (char c = '0'; c <= '9'; c++) {
            TCHAR[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TCHAR[c] = true;
            TCHAR[c - 'a' + 'A'] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TCHAR[c] = true;
        }
    }

    private FieldSyntax() {}

    /** Whether {@code c} may stand in a token (RFC 9110 §5.6.2). */
    public static boolean isTokenCharacter(char c) {
        return c < 128 && TCHAR[c];
    }

    /** Whether {@code text} is a token: one or more token characters (RFC 9110 §5.6.2). */
    public static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isTokenCharacter(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * Whether {@code value} holds only visible characters, blanks, tabs and octets 0x80 to 0xFF (RFC 9110 §5.5): no
     * NUL, CR, LF or other control.
     */
    public static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code c} is a blank or a tab (OWS, RFC 9110 §5.6.3). */
    public static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** {@code text} without blanks and tabs at either end. */
    public static String trim(String text) {
        return trimmed(text, 0, text.length());
    }

    /**
     * The members of a comma-separated list (RFC 9110 §5.6.1): commas inside quoted strings don't separate, blanks
     * around members and empty members are dropped. A quoted string that is never closed runs to the end.
     */
    public static List<String> list(String value) {
        return list(value, Integer.MAX_VALUE);
    }

    /** The first {@code most} members of a list; what stands behind them isn't read. */
    public static List<String> list(String value, int most) {
        List<String> members = new ArrayList<>(4);
        int start = 0;
        while (start <= value.length() && members.size() < most) {
            int end = memberEnd(value, start, ',');
            String member = trimmed(value, start, end);
            if (!member.isEmpty()) {
                members.add(member);
            }
            start = end + 1;
        }
        return members;
    }

    /** The members of the list that all field lines of this name make together. */
    public static List<String> list(HeaderFields fields, String name) {
        List<String> lines = fields.all(name);
        if (lines.isEmpty()) {
            return List.of();
        }
        if (lines.size() == 1) {
            return list(lines.get(0));
        }
        List<String> members = new ArrayList<>();
        for (String line : lines) {
            members.addAll(list(line));
        }
        return members;
    }

    /** Whether the list of all field lines of this name has {@code token} as a member, without regard to case. */
    public static boolean listContains(HeaderFields fields, String name, String token) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).equalsIgnoreCase(name) && listContains(fields.value(i), token)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the list {@code value} has {@code token} as a member, without regard to case. */
    public static boolean listContains(String value, String token) {
        int start = 0;
        while (start <= value.length()) {
            int end = memberEnd(value, start, ',');
            int from = start;
            int to = end;
            while (from < to && isBlank(value.charAt(from))) {
                from++;
            }
            while (to > from && isBlank(value.charAt(to - 1))) {
                to--;
            }
            if (to - from == token.length() && value.regionMatches(true, from, token, 0, token.length())) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    /** The text of a quoted string (RFC 9110 §5.6.4), escapes undone; empty if {@code text} isn't exactly one. */
    public static Optional<String> unquote(String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != '"' || text.charAt(last) != '"') {
            return Optional.empty();
        }
        StringBuilder plain = new StringBuilder(last);
        for (int i = 1; i < last; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return Optional.empty();
            }
            if (c == '\\') {
                i++;
                if (i == last) {
                    return Optional.empty();
                }
                c = text.charAt(i);
            }
            plain.append(c);
        }
        return Optional.of(plain.toString());
    }

    /**
     * {@code text} as a quoted string that is also a string of structured fields (RFC 8941 §3.3.3): what isn't a
     * printable ASCII character becomes a question mark.
     */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' || c > '~' ? '?' : c);
        }
        return quoted.append('"').toString();
    }

    /** The index of the next {@code separator} outside quoted strings at or after {@code from}, or the length. */
    static int memberEnd(String value, int from, char separator) {
        boolean quoted = false;
        for (int i = from; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == separator) {
                return i;
            }
        }
        return value.length();
    }

    static String trimmed(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }
}
