package dev.weir.testing.wire;

/** Writes out what the table abbreviates. Octets are the characters U+0000 to U+00FF of a string. */
final class Octets {
    private final Place place;
    private final String prefix;
    private final long number;

    private Octets(Place place, boolean atOrigin, long number) {
        this.place = place;
        this.prefix = atOrigin ? "" : place.prefix();
        this.number = number;
    }

    /** What is sent to a place. */
    static String sent(String text, Place place, long number) {
        return new Octets(place, false, number).expand(text);
    }

    /** What reaches the origin. */
    static String reached(String text, Place place, long number) {
        return new Octets(place, true, number).expand(text);
    }

    private String expand(String text) {
        StringBuilder out = new StringBuilder(text.length() * 2);
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\') {
                i = escape(text, i + 1, out);
            } else if (c == '{') {
                int end = end(text, i);
                out.append(placeholder(text.substring(i + 1, end)));
                i = end + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    /** The brace that closes the one at {@code i}. */
    private static int end(String text, int i) {
        int depth = 0;
        for (int k = i; k < text.length(); k++) {
            depth += text.charAt(k) == '{' ? 1 : text.charAt(k) == '}' ? -1 : 0;
            if (depth == 0) {
                return k;
            }
        }
        throw new IllegalArgumentException(text + " (expected: a closing brace)");
    }

    /** The index behind the escape that stands at {@code i}, behind its backslash. */
    private static int escape(String text, int i, StringBuilder out) {
        char c = text.charAt(i);
        switch (c) {
            case 'r' -> out.append('\r');
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case '0' -> out.append('\0');
            case '\\' -> out.append('\\');
            case 'x' -> {
                out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                return i + 3;
            }
            default -> throw new IllegalArgumentException("\\" + c + " (expected: \\r \\n \\t \\0 \\\\ \\xNN)");
        }
        return i + 1;
    }

    private String placeholder(String word) {
        int times = word.lastIndexOf('*');
        if (times > 0) {
            return expand(word.substring(0, times)).repeat(Integer.parseInt(word.substring(times + 1)));
        }
        return switch (word) {
            case "u" -> prefix;
            case "h" -> place.authority();
            case "via" -> place.via();
            case "n" -> Long.toString(number);
            case "GET", "POST" -> word + ' ' + prefix + "/ HTTP/1.1\r\nHost: " + place.authority() + "\r\n";
            case "CHUNKED" -> placeholder("POST") + "Transfer-Encoding: chunked\r\n\r\n";
            default -> throw new IllegalArgumentException("{" + word + "}: no such abbreviation");
        };
    }
}
