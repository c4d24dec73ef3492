package dev.weir.edge.upstream;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Map;

/**
 * What the head of an answer says, to us and to the client. {@link AnswerGuard} or {@link AnswerBlock} has seen that it can
 * be read in one way only, and that Content-Length and Transfer-Encoding stand there once at most.
 *
 * @param fields end-to-end fields and Content-Length
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2}
 * @param isEmpty whether there is no content for anyone
 * @param dropsContent whether content may come all the same, which nobody may see
 * @param persistent whether the connection may serve another request after this answer
 * @param upgrade the value of Upgrade, or empty
 * @param keepAliveSeconds what Keep-Alive promises, or -1
 */
record AnswerHead(
        int status,
        HeaderFields fields,
        String protocol,
        boolean isEmpty,
        boolean dropsContent,
        boolean persistent,
        String upgrade,
        long keepAliveSeconds) {
    static final long NO_LENGTH = -1;

    static AnswerHead of(HttpResponse response, boolean toHead) {
        int status = response.status().code();
        boolean http11 = response.protocolVersion().equals(HttpVersion.HTTP_1_1);
        boolean bodyless = toHead || status < 200 || status == 204 || status == 304;
        boolean chunked = false;
        boolean strange = false;
        long length = NO_LENGTH;
        String upgrade = "";
        long keepAlive = -1;
        boolean close = false;
        HeaderFields.Builder kept = HeaderFields.builder();
        for (Map.Entry<String, String> field : response.headers()) {
            String name = field.getKey();
            String value = field.getValue();
            switch (name.length()) {
                case 7 -> {
                    if (name.equalsIgnoreCase("upgrade")) {
                        upgrade = upgrade.isEmpty() ? value : upgrade + ", " + value;
                    }
                }
                case 10 -> {
                    if (name.equalsIgnoreCase("connection")) {
                        close |= FieldSyntax.listContains(value, "close");
                    } else if (name.equalsIgnoreCase("keep-alive")) {
                        keepAlive = keepAliveTimeout(value);
                    }
                }
                case 14 -> {
                    if (name.equalsIgnoreCase("content-length")) {
                        length = Long.parseLong(value);
                        value = Long.toString(length);
                    }
                }
                case 17 -> {
                    if (name.equalsIgnoreCase("transfer-encoding")) {
                        chunked = value.equalsIgnoreCase("chunked");
                        strange = !chunked;
                    }
                }
                default -> {}
            }
            kept.add(name, value);
        }
        HeaderFields fields = HopByHop.strip(kept.build());
        return new AnswerHead(
                status,
                hasNoLength(status) ? fields.without("content-length"::equalsIgnoreCase) : fields,
                response.protocolVersion().text(),
                bodyless || length == 0 || status == 205,
                status == 205 && length != 0 && !toHead,
                http11 && !close && !strange && isDelimited(status, toHead, chunked, length),
                upgrade,
                keepAlive);
    }

    /**
     * The head of an answer in HTTP/2, whose connection stays whatever becomes of one stream.
     *
     * @param fields end-to-end fields and content-length
     * @param length that content-length announces, or {@link #NO_LENGTH}
     * @param last whether nothing follows it
     */
    static AnswerHead ofHttp2(int status, HeaderFields fields, boolean toHead, long length, boolean last) {
        boolean bodyless = toHead || status < 200 || status == 204 || status == 304;
        return new AnswerHead(
                status,
                hasNoLength(status) ? fields.without("content-length"::equalsIgnoreCase) : fields,
                "HTTP/2",
                bodyless || last || length == 0 || status == 205,
                status == 205 && !last && !toHead,
                true,
                "",
                -1);
    }

    /** Statuses whose answers have no content, whatever else they say (RFC 9110 §8.6, §15.3.6). */
    private static boolean hasNoLength(int status) {
        return status < 200 || status == 204 || status == 205;
    }

    /**
     * Whether it is beyond doubt where the answer ends. A 204 that announces content has none, but its origin may think
     * otherwise.
     */
    private static boolean isDelimited(int status, boolean toHead, boolean chunked, long length) {
        if (status == 204) {
            return !chunked && length <= 0;
        }
        return toHead || status < 200 || status == 304 || chunked || length != NO_LENGTH;
    }

    /**
     * Whether this 101 changes to what was asked for (RFC 9110 §7.8).
     *
     * @param asked the value of Upgrade that went out, or empty
     */
    boolean switchesTo(String asked) {
        List<String> offered = FieldSyntax.list(asked);
        List<String> chosen = FieldSyntax.list(upgrade);
        return !chosen.isEmpty()
                && chosen.stream().allMatch(protocol -> offered.stream().anyMatch(protocol::equalsIgnoreCase));
    }

    /** Whether this is an interim answer. */
    boolean isInterim() {
        return status < 200;
    }

    private static long keepAliveTimeout(String value) {
        for (String parameter : value.split(",", -1)) {
            String text = parameter.strip();
            if (text.startsWith("timeout=") && text.length() <= 14) {
                try {
                    return Math.max(0, Long.parseLong(text.substring("timeout=".length())));
                } catch (NumberFormatException notANumber) {
                    return -1;
                }
            }
        }
        return -1;
    }
}
