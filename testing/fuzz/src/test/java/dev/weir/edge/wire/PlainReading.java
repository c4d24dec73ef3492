package dev.weir.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A message read the plainest way there is, which is right only because it was found sound before: split at line ends, at
 * the first colon, at sizes.
 */
public record PlainReading(String startLine, List<String> fields, String content, List<String> trailers) {
    private static final String LINE_END = "\r\n";

    static PlainReading of(Followed.Message message) {
        return of(message.head(), message.content());
    }

    /** Of a message that is whole, in texts of one char an octet. */
    public static PlainReading of(String head, String content) {
        assertThat(head).endsWith("\r\n\r\n");
        List<String> lines = List.of(head.substring(0, head.length() - 4).split(LINE_END, -1));
        List<String> fields = fields(lines.subList(1, lines.size()));
        boolean chunked = fields.stream().anyMatch("transfer-encoding: chunked"::equalsIgnoreCase);
        if (!chunked || content.isEmpty()) {
            return new PlainReading(lines.get(0), fields, content, List.of());
        }
        StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = content.indexOf(LINE_END, at);
            String line = content.substring(at, lineEnd);
            int extension = line.indexOf(';');
            // Extensions are gone, and blanks stand in their place.
            int size = Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).stripTrailing(), 16);
            at = lineEnd + 2;
            if (size == 0) {
                break;
            }
            data.append(content, at, at + size);
            assertThat(content.substring(at + size, at + size + 2)).isEqualTo(LINE_END);
            at += size + 2;
        }
        String rest = content.substring(at);
        assertThat(rest).endsWith(LINE_END);
        List<String> trailers = rest.equals(LINE_END)
                ? List.of()
                : fields(List.of(rest.substring(0, rest.length() - 4).split(LINE_END, -1)));
        return new PlainReading(lines.get(0), fields, data.toString(), trailers);
    }

    /** Each as {@code name: value}. */
    public static List<String> fields(HttpHeaders headers) {
        List<String> fields = new ArrayList<>();
        for (Map.Entry<String, String> field : headers) {
            fields.add(field.getKey() + ": " + field.getValue());
        }
        return fields;
    }

    private static List<String> fields(List<String> lines) {
        List<String> fields = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).replaceFirst("^[ \t]+", "").replaceFirst("[ \t]+$", "");
            fields.add(line.substring(0, colon).replaceFirst("[ \t]+$", "") + ": " + value);
        }
        return fields;
    }
}
