package dev.weir.policy;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * How a kind of origin reads the path of a request target, modelled from its own rules and not from Weir's: what it
 * looks up in the end, as octets. Written apart from {@code PathReadings}, so that one can be held against the other.
 *
 * @param ignoresCase whether it looks up without regard to case
 * @param read empty if it refuses the request
 */
record OriginReader(String name, boolean ignoresCase, Function<String, Optional<String>> read) {
    private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");
    private static final Pattern SLASHES = Pattern.compile("/+");
    private static final Pattern QUERY = Pattern.compile("(?s)[?#].*");
    private static final Pattern ENDS = Pattern.compile("(?<=[^/. ])[. ]+(?=/|$)");
    private static final Pattern DOT = Pattern.compile("(?i)%2e");

    static final OriginReader RAW = of("h11: as it came", path -> path);
    static final OriginReader NGINX = new OriginReader("nginx", false, path -> NginxPath.read(path, true));
    static final OriginReader WHATWG = new OriginReader("node: new URL", false, WhatwgPath::read);
    static final OriginReader HTTP_SERVER = of("python: http.server", OriginReader::httpServer);

    /** Each reads what the client sent. */
    static final List<OriginReader> ALONE = List.of(
            RAW,
            NGINX,
            new OriginReader("nginx, merge_slashes off", false, path -> NginxPath.read(path, false)),
            WHATWG,
            HTTP_SERVER,
            of("netty: QueryStringDecoder", path -> utf8(decode(path))),
            of("servlet container", path -> dots(join(turn(decode(cut(path)))))),
            of("servlet container, strict on empty segments", path -> dots(decode(cut(path)))),
            of("spring: UrlPathHelper", path -> join(decode(cut(path)))),
            of("filter behind a container", path -> dots(cut(dots(decode(path))))),
            of("go: path.Clean", path -> clean(decode(path))),
            of("php: parse_url, urldecode", path -> decode(host(path))),
            of("rfc 3986 normaliser", path -> dots(unreserved(path))),
            of("decodes twice", path -> dots(join(decode(decode(path))))),
            of("rewrites what it decoded", path -> clean(query(decode(path)))),
            new OriginReader("windows", true, path -> Optional.of(windows(decode(path)))),
            new OriginReader("windows, twice", true, path -> Optional.of(windows(decode(decode(path))))),
            new OriginReader("any case", true, path -> Optional.of(decode(path))));

    /** Those whose reading is a path that they could hand on as a request. */
    private static final List<OriginReader> BEFORE =
            List.of(WHATWG, of("merges", OriginReader::join), of("cuts", OriginReader::cut), of("dots", p -> dots(p)));

    /** What each of them could take {@code path} for, by the reader's name; and behind an intermediary that rewrites. */
    static List<Reading> readings(String path) {
        List<Reading> readings = new ArrayList<>();
        add(readings, "", path);
        for (OriginReader first : BEFORE) {
            first.reads(path)
                    .filter(changed -> !changed.equals(path))
                    .ifPresent(changed -> add(readings, first.name + " before ", changed));
        }
        return readings;
    }

    private static void add(List<Reading> readings, String before, String path) {
        for (OriginReader reader : ALONE) {
            reader.reads(path)
                    .ifPresent(text -> readings.add(new Reading(before + reader.name, reader.ignoresCase, text)));
        }
    }

    /** What a reader made of a path. */
    record Reading(String reader, boolean ignoresCase, String path) {}

    private static OriginReader of(String name, UnaryOperator<String> read) {
        return new OriginReader(name, false, path -> Optional.of(read.apply(path)));
    }

    Optional<String> reads(String path) {
        return read.apply(path);
    }

    static String decode(String path) {
        return decode(path, false);
    }

    private static String unreserved(String path) {
        return decode(path, true);
    }

    private static String decode(String path, boolean unreservedOnly) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            int octet = path.charAt(i) == '%' && i + 2 < path.length()
                    ? Character.digit(path.charAt(i + 1), 16) * 16 + Character.digit(path.charAt(i + 2), 16)
                    : -1;
            boolean triple = octet >= 0 && Character.digit(path.charAt(i + 2), 16) >= 0;
            if (triple && (!unreservedOnly || isUnreserved((char) octet))) {
                out.append((char) octet);
                i += 2;
            } else {
                out.append(path.charAt(i));
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(char c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
    }

    private static String cut(String path) {
        return path.indexOf(';') < 0 ? path : PARAMETERS.matcher(path).replaceAll("");
    }

    private static String turn(String path) {
        return path.replace('\\', '/');
    }

    private static String join(String path) {
        return path.contains("//") ? SLASHES.matcher(path).replaceAll("/") : path;
    }

    private static String query(String path) {
        return QUERY.matcher(path).replaceAll("");
    }

    private static String host(String path) {
        return path.startsWith("//") ? path.replaceFirst("(?s)//[^/]*", "").replaceFirst("^$", "/") : path;
    }

    /** RFC 3986 §5.2.4, with its two buffers. */
    private static String dots(String path) {
        String in = path;
        Deque<String> out = new ArrayDeque<>();
        while (!in.isEmpty()) {
            if (in.startsWith("/./") || in.equals("/.")) {
                in = "/" + in.substring(Math.min(3, in.length()));
            } else if (in.startsWith("/../") || in.equals("/..")) {
                in = "/" + in.substring(Math.min(4, in.length()));
                out.pollLast();
            } else {
                int next = in.indexOf('/', 1);
                out.addLast(next < 0 ? in : in.substring(0, next));
                in = next < 0 ? "" : in.substring(next);
            }
        }
        return String.join("", out);
    }

    /** Empty and dot segments gone, no slash at the end but one that stood there. */
    private static String clean(String path) {
        Deque<String> words = new ArrayDeque<>();
        for (String word : path.split("/", -1)) {
            if (word.equals("..")) {
                words.pollLast();
            } else if (!word.isEmpty() && !word.equals(".")) {
                words.addLast(word);
            }
        }
        return "/" + String.join("/", words) + (path.endsWith("/") && !words.isEmpty() ? "/" : "");
    }

    /** {@code SimpleHTTPRequestHandler.translate_path}, relative to its directory. */
    private static String httpServer(String path) {
        String once = path.startsWith("//") ? path.replaceFirst("/+", "/") : path;
        String text = new String(utf8(decode(once)).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        boolean slash = once.endsWith("/");
        String words = clean(text.endsWith("/") ? text : text + "/");
        String named = words.equals("/") ? "/" : words.substring(0, words.length() - 1) + (slash ? "/" : "");
        return new String(named.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String windows(String decoded) {
        StringBuilder low = new StringBuilder();
        for (int i = 0; i < decoded.length(); i++) {
            int length = decoded.startsWith("\u00e0\u0080", i) ? 3 : decoded.startsWith("\u00c0", i) ? 2 : 1;
            boolean overlong = length > 1 && i + length <= decoded.length() && decoded.charAt(i + length - 1) >> 6 == 2;
            i += overlong ? length - 1 : 0;
            low.append(overlong ? (char) (decoded.charAt(i) & 0x3f) : decoded.charAt(i));
        }
        return ENDS.matcher(dots(join(turn(low.toString())))).replaceAll("");
    }

    /** Octets that aren't UTF-8 as U+FFFD, as most decoders leave them. */
    private static String utf8(String octets) {
        byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return octets;
        } catch (CharacterCodingException e) {
            byte[] replaced = new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            return new String(replaced, StandardCharsets.ISO_8859_1);
        }
    }

    /** The URL standard, path state, for a path resolved against an origin. */
    private static final class WhatwgPath {
        static Optional<String> read(String target) {
            String rest = turn(target);
            if (rest.startsWith("//")) {
                rest = rest.replaceFirst("^/+[^/]*", "");
            }
            List<String> kept = new ArrayList<>();
            String[] segments = (rest.isEmpty() ? "/" : rest).split("/", -1);
            for (int i = 1; i < segments.length; i++) {
                String plain = DOT.matcher(segments[i]).replaceAll(".");
                boolean last = i == segments.length - 1;
                if (plain.equals("..")) {
                    if (!kept.isEmpty()) {
                        kept.remove(kept.size() - 1);
                    }
                    if (last) {
                        kept.add("");
                    }
                } else if (plain.equals(".")) {
                    if (last) {
                        kept.add("");
                    }
                } else {
                    kept.add(encode(segments[i]));
                }
            }
            return Optional.of("/" + String.join("/", kept));
        }

        private static String encode(String segment) {
            return segment.replace("\"", "%22")
                    .replace("<", "%3C")
                    .replace(">", "%3E")
                    .replace("`", "%60")
                    .replace("{", "%7B")
                    .replace("}", "%7D");
        }
    }

    /** The states of {@code ngx_http_parse_complex_uri}. */
    private static final class NginxPath {
        private enum State {
            USUAL,
            SLASH,
            DOT,
            DOT_DOT
        }

        static Optional<String> read(String path, boolean merge) {
            StringBuilder out = new StringBuilder();
            State state = State.USUAL;
            for (int i = 0; i < path.length(); i++) {
                char c = path.charAt(i);
                boolean literal = false;
                if (c == '%') {
                    c = (char) Integer.parseInt(path.substring(i + 1, i + 3), 16);
                    i += 2;
                    literal = c == '%' || c == '#' || c == '?';
                }
                if (c == '/' && !literal) {
                    if (state == State.DOT) {
                        out.setLength(out.length() - 1);
                    } else if (state == State.DOT_DOT) {
                        if (!up(out)) {
                            return Optional.empty();
                        }
                    } else if (state == State.USUAL || !merge) {
                        out.append(c);
                    }
                    state = State.SLASH;
                } else {
                    out.append(c);
                    state = c != '.' || state == State.USUAL || state == State.DOT_DOT
                            ? State.USUAL
                            : state == State.SLASH ? State.DOT : State.DOT_DOT;
                }
            }
            if (state == State.DOT) {
                out.setLength(out.length() - 1);
            }
            return state == State.DOT_DOT && !up(out) ? Optional.empty() : Optional.of(out.toString());
        }

        /** Takes {@code x/..} back, to behind the slash before it; false above the root. */
        private static boolean up(StringBuilder out) {
            int at = out.length() - 4;
            while (at >= 0 && out.charAt(at) != '/') {
                at--;
            }
            out.setLength(Math.max(at + 1, 0));
            return at >= 0;
        }
    }
}
