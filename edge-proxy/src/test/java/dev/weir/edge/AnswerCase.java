package dev.weir.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A line of {@code origin-answers.txt}: what an origin sends and what becomes of it.
 *
 * @param outcome what becomes of it
 * @param method of the request
 * @param status to the client, if the answer comes whole
 * @param content to the client, if the answer comes whole
 * @param has what lines of the head to the client begin with
 * @param hasNot what no line of it begins with
 * @param octets of the origin, each a character
 * @param ends whether the origin closes behind them
 * @param why the line says so
 */
public record AnswerCase(
        Outcome outcome,
        String method,
        int status,
        String content,
        List<String> has,
        List<String> hasNot,
        String octets,
        boolean ends,
        String why) {
    /** What becomes of an answer; the file says what each means. */
    public enum Outcome {
        REFUSE,
        BREAK,
        EXCESS,
        ONCE,
        CLOSE,
        KEEP;

        /** Whether the client gets all of it. */
        public boolean isWhole() {
            return this == ONCE || this == CLOSE || this == KEEP;
        }

        /** Whether it is never kept. */
        public boolean isNeverStored() {
            return this != CLOSE && this != KEEP;
        }
    }

    private static final String END = "{end}";
    private static final String FRESH = "HTTP/1.1 200 OK\\r\\nCache-Control: max-age=60\\r\\n";

    /** The whole table. */
    public static List<AnswerCase> all() {
        try (InputStream file = Objects.requireNonNull(AnswerCase.class.getResourceAsStream("origin-answers.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(AnswerCase::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static AnswerCase of(String line) {
        String[] columns = line.split(" \\| ", -1);
        if (columns.length != 5) {
            throw new IllegalArgumentException(columns.length + " columns (expected: 5): " + line);
        }
        Outcome outcome = Outcome.valueOf(columns[0].toUpperCase(Locale.ROOT));
        String[] expected = columns[2].split(" ", -1);
        List<String> has = new ArrayList<>();
        List<String> hasNot = new ArrayList<>();
        for (int i = 2; i < expected.length; i++) {
            (expected[i].charAt(0) == '+' ? has : hasNot).add(text(expected[i].substring(1)));
        }
        boolean ends = columns[3].endsWith(END);
        String octets = ends ? columns[3].substring(0, columns[3].length() - END.length()) : columns[3];
        return new AnswerCase(
                outcome,
                columns[1],
                outcome.isWhole() ? Integer.parseInt(expected[0]) : 502,
                expected.length < 2 || expected[1].equals("-") ? "" : text(expected[1]),
                has,
                hasNot,
                octets(octets),
                ends,
                columns[4]);
    }

    private static String text(String word) {
        return unescaped(word.replace('~', ' '));
    }

    private static String octets(String written) {
        String all = written.replace("{c}", "{200}Transfer-Encoding: chunked\\r\\n\\r\\n")
                .replace("{200}", FRESH);
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        for (int open = all.indexOf('{'); open >= 0; open = all.indexOf('{', at)) {
            int close = all.indexOf('}', open);
            int star = all.lastIndexOf('*', close);
            expanded.append(all, at, open)
                    .append(all.substring(open + 1, star).repeat(Integer.parseInt(all.substring(star + 1, close))));
            at = close + 1;
        }
        return unescaped(expanded.append(all.substring(at)).toString());
    }

    private static String unescaped(String written) {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c != '\\') {
                octets.append(c);
                continue;
            }
            char escaped = written.charAt(++i);
            switch (escaped) {
                case 'r' -> octets.append('\r');
                case 'n' -> octets.append('\n');
                case 't' -> octets.append('\t');
                case '\\' -> octets.append('\\');
                case 'x' -> {
                    octets.append((char) Integer.parseInt(written.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("\\" + escaped + " in " + written);
            }
        }
        return octets.toString();
    }

    @Override
    public String toString() {
        return "S5 " + outcome.name().toLowerCase(Locale.ROOT) + " " + method + ": " + why;
    }
}
