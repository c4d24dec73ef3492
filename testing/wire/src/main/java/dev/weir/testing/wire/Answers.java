package dev.weir.testing.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came back on a connection.
 *
 * @param statuses of the final answers, in order
 * @param seen for each, the request that the origin took it for, or ""
 * @param rest octets that are no whole answer
 */
record Answers(List<Integer> statuses, List<String> seen, String rest) {
    private static final Pattern SEEN = Pattern.compile("\r\nx-seen: ([^\r]*)\r\n", Pattern.CASE_INSENSITIVE);
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: ([0-9]+)\r\n");

    static Answers parse(String octets) {
        List<Integer> statuses = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        int at = 0;
        while (octets.startsWith("HTTP/1.", at)) {
            int end = octets.indexOf("\r\n\r\n", at);
            if (end < 0) {
                break;
            }
            String head = octets.substring(at, end + 4);
            int status = Integer.parseInt(head.substring(9, 12));
            Matcher request = SEEN.matcher(head);
            String took = request.find() ? request.group(1) : "";
            int next = end + 4 + (took.startsWith("HEAD ") ? 0 : content(octets, end + 4, head));
            if (next > octets.length()) {
                break;
            }
            at = next;
            if (status >= 200) {
                statuses.add(status);
                seen.add(took);
            }
        }
        return new Answers(List.copyOf(statuses), List.copyOf(seen), octets.substring(at));
    }

    private static int content(String octets, int from, String head) {
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked\r\n")) {
            return octets.indexOf("0\r\n\r\n", from) + 5 - from;
        }
        Matcher length = LENGTH.matcher(lower);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    int count() {
        return statuses.size();
    }

    /** Without the first. */
    Answers tail() {
        return new Answers(statuses.subList(1, count()), seen.subList(1, count()), rest);
    }
}
