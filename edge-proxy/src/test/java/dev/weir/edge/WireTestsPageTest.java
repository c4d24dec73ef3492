package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.wire.RequestCase;
import dev.weir.testing.wire.RequestCase.Outcome;
import dev.weir.testing.wire.RequestTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/wire-tests.md} counts what the table of requests holds. Written anew by {@code mvn test -pl edge-proxy -am
 * -Dtest=WireTestsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dweir.write-page=true}.
 */
final class WireTestsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "wire-tests.md");
    private static final String BEGIN = "<!-- counted by WireTestsPageTest -->\n";
    private static final String END = "<!-- end -->\n";
    private static final List<RequestCase> TABLE = RequestTable.read();

    private static final Map<String, String> ROWS = rows();

    private static Map<String, String> rows() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("S1", "framing of requests, request line");
        rows.put("S2", "chunks, extensions, trailers");
        rows.put("S3", "expectations, content nobody reads");
        rows.put("S4", "CONNECT, Upgrade, h2c");
        rows.put("S8", "targets and paths: unchanged to the origin");
        rows.put("S9", "Host, fields, fields of the connection");
        rows.put("S10", "who the client is");
        rows.put("S22", "what is dear to read");
        rows.put("S23", "what is written to the log");
        rows.put("S29", "TRACE, Max-Forwards, loops, PROXY protocol");
        rows.put("ok", "sound, but seldom seen: must pass");
        return rows;
    }

    @Test
    void countsWhatTheTableHolds() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(begin).isBetween(BEGIN.length(), end);
        String counted = page.substring(0, begin) + counts() + page.substring(end);
        if (Boolean.getBoolean("weir.write-page")) {
            assertThat(Files.writeString(PAGE, counted)).isEqualTo(PAGE);
        } else {
            assertThat(page).isEqualTo(counted);
        }
    }

    @Test
    void everyRowIsOnThePage() {
        assertThat(TABLE.stream().map(RequestCase::row).distinct()).hasSameElementsAs(ROWS.keySet());
    }

    private static String counts() {
        StringBuilder out = new StringBuilder("""
            | row | what it is | requests | refused, closed | answered by Weir | forwarded | either is sound | sent |
            |---|---|---|---|---|---|---|---|
            """);
        ROWS.forEach((row, what) ->
                out.append(line(row, what, request -> request.row().equals(row))));
        return out.append(line("all", "", request -> true)).toString();
    }

    private static String line(String row, String what, Predicate<RequestCase> of) {
        return "| %s | %s | %d | %d | %d | %d | %d | %d |\n"
                .formatted(
                        row,
                        what,
                        count(of),
                        count(of.and(request -> request.outcome() == Outcome.REFUSED)),
                        count(of.and(request -> request.outcome() == Outcome.ANSWERED)),
                        count(of.and(RequestCase::isSound)),
                        count(of.and(request -> request.outcome() == Outcome.EITHER)),
                        TABLE.stream()
                                .filter(of)
                                .mapToLong(request -> 3L * request.modes().size())
                                .sum());
    }

    private static long count(Predicate<RequestCase> of) {
        return TABLE.stream().filter(of).count();
    }
}
