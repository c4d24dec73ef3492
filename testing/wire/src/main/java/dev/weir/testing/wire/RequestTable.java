package dev.weir.testing.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The table {@code requests.txt}, which explains itself. */
public final class RequestTable {
    private static final String REACHES = "=> ";

    private RequestTable() {}

    /** All its lines. */
    public static List<RequestCase> read() {
        try (InputStream in = RequestTable.class.getResourceAsStream("requests.txt")) {
            if (in == null) {
                throw new IllegalStateException("no requests.txt beside " + RequestTable.class);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cases in a text. */
    static List<RequestCase> parse(String text) {
        List<RequestCase> cases = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.startsWith(REACHES)) {
                int last = cases.size() - 1;
                cases.set(last, cases.get(last).reaching(line.substring(REACHES.length())));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                cases.add(RequestCase.parse(number, line));
            }
        }
        return cases;
    }
}
