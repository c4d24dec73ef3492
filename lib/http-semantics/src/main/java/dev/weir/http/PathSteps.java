package dev.weir.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What origins do to a path before they look it up, step by step. Each step hands back the very string it was given if
 * there is nothing for it to do.
 */
final class PathSteps {
    private PathSteps() {}

    /** Without what begins at a question mark, a number sign, or the NUL that ends a string in C. */
    static String beforeQuery(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (endsPath(path.charAt(i))) {
                return path.substring(0, i);
            }
        }
        return path;
    }

    static boolean endsPath(char c) {
        return c == '?' || c == '#' || c == 0;
    }

    /**
     * What is left if two slashes begin a host, as the URL standard of browsers and node has it: backslashes are slashes,
     * and more than two begin it just as well.
     */
    static String withoutHost(String path) {
        int host = 0;
        while (host < path.length() && isSlash(path.charAt(host))) {
            host++;
        }
        if (host < 2) {
            return path;
        }
        int end = host;
        while (end < path.length() && !isSlash(path.charAt(end))) {
            end++;
        }
        return end == path.length() ? "/" : path.substring(end);
    }

    /** The same as RFC 3986 §4.2 has it, and with it PHP, Python and Java: up to the next slash. */
    static String withoutHostUpToSlash(String path) {
        if (!path.startsWith("//")) {
            return path;
        }
        int end = path.indexOf('/', 2);
        return end < 0 ? "/" : path.substring(end);
    }

    /** Hex digits of triples in upper case (RFC 3986 §6.2.2.1). */
    static String upperCaseTriples(String path) {
        int at = path.indexOf('%');
        if (at < 0) {
            return path;
        }
        StringBuilder text = new StringBuilder(path);
        for (; at >= 0; at = path.indexOf('%', at + 1)) {
            if (triple(path, at) >= 0) {
                text.setCharAt(at + 1, upperCase(path.charAt(at + 1)));
                text.setCharAt(at + 2, upperCase(path.charAt(at + 2)));
            }
        }
        return text.toString();
    }

    /** With the octets that percent triples stand for, decoded once. */
    static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int octet = triple(path, i);
            if (octet >= 0) {
                text.append((char) octet);
                i += 2;
            } else {
                text.append(path.charAt(i));
            }
        }
        return text.length() == path.length() ? path : text.toString();
    }

    /**
     * With the ASCII characters that overlong UTF-8 stands for: invalid (RFC 3629 §3), and decoded all the same by old
     * decoders.
     */
    static String withoutOverlongForms(String path) {
        StringBuilder text = null;
        for (int i = 0; i < path.length(); i++) {
            int length = overlongLength(path, i);
            if (length > 0) {
                text = text == null ? new StringBuilder(path.length()).append(path, 0, i) : text;
                i += length - 1;
                text.append((char) ((path.charAt(i - 1) & 1) << 6 | (path.charAt(i) & 0x3f)));
            } else if (text != null) {
                text.append(path.charAt(i));
            }
        }
        return text == null ? path : text.toString();
    }

    /** With {@code ;…} cut from every segment. */
    static String withoutParameters(String path) {
        if (path.indexOf(';') < 0) {
            return path;
        }
        StringBuilder text = new StringBuilder(path.length());
        boolean inParameter = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            inParameter = c != '/' && (inParameter || c == ';');
            if (!inParameter) {
                text.append(c);
            }
        }
        return text.toString();
    }

    static String slashesForBackslashes(String path) {
        return path.indexOf('\\') < 0 ? path : path.replace('\\', '/');
    }

    static String joinedSlashes(String path) {
        if (!path.contains("//")) {
            return path;
        }
        StringBuilder text = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** As a file is opened that the path doesn't call a directory before it is decoded: Python's http.server does. */
    static String withoutSlashesAtEnd(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** Without dot segments (RFC 3986 §5.2.4), be their dots written as triples or not. */
    static String withoutDotSegments(String path) {
        return withoutDotSegments(path, true, true);
    }

    /** The same by who doesn't know a dot written as a triple. */
    static String withoutWrittenDotSegments(String path) {
        return withoutDotSegments(path, true, false);
    }

    /** The same where the last segment is one and leaves no slash behind; else nothing is to be done. */
    static String withoutDotSegmentsNorSlashForTheLast(String path) {
        return dots(path.substring(path.lastIndexOf('/') + 1), true) > 0 ? withoutDotSegments(path, false, true) : path;
    }

    private static String withoutDotSegments(String path, boolean slashForTheLast, boolean triples) {
        if (!path.contains("/.") && !(triples && path.contains("/%2"))) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        String[] segments = path.split("/", -1);
        boolean changed = false;
        for (int i = 1; i < segments.length; i++) {
            int dots = dots(segments[i], triples);
            if (dots == 0) {
                kept.add(segments[i]);
                continue;
            }
            changed = true;
            if (dots == 2 && !kept.isEmpty()) {
                kept.remove(kept.size() - 1);
            }
            if (i == segments.length - 1 && slashForTheLast) {
                kept.add("");
            }
        }
        return changed ? "/" + String.join("/", kept) : path;
    }

    /** With each segment's dots and blanks at its end gone, as Windows opens files; what is nothing else stays. */
    static String withoutDotsAndBlanksAtEnds(String path) {
        if (path.indexOf('.') < 0 && path.indexOf(' ') < 0) {
            return path;
        }
        StringBuilder text = new StringBuilder(path.length());
        int start = 0;
        for (int i = 0; i <= path.length(); i++) {
            if (i == path.length() || path.charAt(i) == '/') {
                int end = i;
                while (end > start && (path.charAt(end - 1) == '.' || path.charAt(end - 1) == ' ')) {
                    end--;
                }
                text.append(path, start, end == start ? i : end);
                if (i < path.length()) {
                    text.append('/');
                }
                start = i + 1;
            }
        }
        return text.length() == path.length() ? path : text.toString();
    }

    /** One or two for a segment of so many dots, some perhaps written as triples; else zero. */
    private static int dots(String segment, boolean triples) {
        int dots = 0;
        for (int i = 0; i < segment.length(); i++, dots++) {
            if (triples && segment.regionMatches(true, i, "%2E", 0, 3)) {
                i += 2;
            } else if (segment.charAt(i) != '.') {
                return 0;
            }
        }
        return dots > 2 ? 0 : dots;
    }

    /** The octet of a percent triple at {@code at}, or -1. */
    private static int triple(String path, int at) {
        if (path.charAt(at) != '%' || at + 2 >= path.length()) {
            return -1;
        }
        int high = IpLiteral.hex(path.charAt(at + 1));
        int low = IpLiteral.hex(path.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** How many octets at {@code at} are an ASCII character in overlong form; 0 if they aren't. */
    private static int overlongLength(String path, int at) {
        char first = path.charAt(at);
        int length = first == 0xc0 || first == 0xc1 ? 2 : first == 0xe0 ? 3 : first == 0xf0 ? 4 : 0;
        if (length == 0 || at + length > path.length()) {
            return 0;
        }
        for (int i = at + 1; i < at + length; i++) {
            char octet = path.charAt(i);
            boolean lastButOne = i == at + length - 2;
            if ((octet & 0xc0) != 0x80 || (i < at + length - 1 && (octet & (lastButOne ? 0x3e : 0x3f)) != 0)) {
                return 0;
            }
        }
        return length;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static char upperCase(char c) {
        return c >= 'a' && c <= 'f' ? (char) (c - 32) : c;
    }
}
