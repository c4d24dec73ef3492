package dev.weir.testing.wire;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A line of the table.
 *
 * @param line its number in the file
 * @param row of the threat table, or {@code ok}
 * @param modes of the listeners that it holds for
 * @param outcome what has to become of it
 * @param statuses with which it may be refused or answered; empty if it isn't
 * @param name what it is
 * @param sent the octets sent, with the table's escapes
 * @param reached the octets that reach an origin, with the table's escapes
 */
public record RequestCase(
        int line,
        String row,
        Set<Mode> modes,
        Outcome outcome,
        Set<Integer> statuses,
        String name,
        String sent,
        String reached) {

    /** What has to become of a request. */
    public enum Outcome {
        /** Refused, the connection closed, nothing behind it run. */
        REFUSED,
        /** Answered by Weir itself; the connection may go on. */
        ANSWERED,
        /** It reaches the origin as stated, and what is behind it is answered as itself. */
        PASS,
        /** It reaches the origin as stated, and is the last on its connection. */
        LAST,
        /** Refused, or passed as stated: both are sound. */
        EITHER
    }

    /** Copies the sets. */
    public RequestCase {
        modes = Set.copyOf(modes);
        statuses = Set.copyOf(statuses);
    }

    /** The case that a line states, {@code reached} still unknown. */
    static RequestCase parse(int line, String text) {
        String[] columns = text.split(" \\| ", 5);
        if (columns.length != 5) {
            throw new IllegalArgumentException("line " + line + ": " + text + " (expected: five columns)");
        }
        String word = columns[2];
        Outcome outcome = switch (word) {
            case "pass" -> Outcome.PASS;
            case "last" -> Outcome.LAST;
            case "either" -> Outcome.EITHER;
            default -> word.endsWith("+") ? Outcome.ANSWERED : Outcome.REFUSED;
        };
        boolean numbers = outcome == Outcome.REFUSED || outcome == Outcome.ANSWERED;
        Set<Integer> statuses = numbers
                ? Arrays.stream(word.replace("+", "").split("/"))
                        .map(Integer::valueOf)
                        .collect(Collectors.toSet())
                : Set.of();
        Set<Mode> modes = Arrays.stream(Mode.values())
                .filter(mode -> columns[1].indexOf(mode.letter()) >= 0)
                .collect(Collectors.toSet());
        return new RequestCase(line, columns[0], modes, outcome, statuses, columns[3], columns[4], columns[4]);
    }

    RequestCase reaching(String octets) {
        return new RequestCase(line, row, modes, outcome, statuses, name, sent, octets);
    }

    /** Whether it is sound and has to pass. */
    public boolean isSound() {
        return outcome == Outcome.PASS || outcome == Outcome.LAST;
    }

    @Override
    public String toString() {
        return row + " " + name + " (line " + line + ")";
    }
}
