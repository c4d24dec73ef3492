package dev.weir.testing.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A listener to send requests to.
 *
 * @param mode what it is for
 * @param port on loopback
 * @param authority of the site, as it stands in Host
 * @param via the name by which this Weir is known in Via
 */
public record Place(Mode mode, int port, String authority, String via) {

    /** In front of {@code target} in a request line. */
    String prefix() {
        return mode == Mode.FORWARD ? "http://" + authority : "";
    }

    /** The field lines that Weir adds, always all of them and together. */
    Pattern added() {
        List<String> lines = new ArrayList<>();
        if (mode == Mode.REVERSE) {
            lines.add("X-Forwarded-For: 127\\.0\\.0\\.1");
            lines.add("X-Forwarded-Proto: http");
            lines.add("X-Forwarded-Host: [^\r\n]+");
            lines.add("Forwarded: for=127\\.0\\.0\\.1;host=[^\r\n]+;proto=http");
        }
        lines.add("Via: 1\\.[01] " + Pattern.quote(via));
        return Pattern.compile(String.join("\r\n", lines) + "\r\n");
    }
}
