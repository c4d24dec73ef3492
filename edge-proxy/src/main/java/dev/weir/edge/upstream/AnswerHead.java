package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The head of an answer after the checks that the decoder leaves out: what can be read in two ways is refused.
 *
 * @param fields end-to-end fields and Content-Length
 * @param protocol {@code HTTP/1.0} or {@code HTTP/1.1}
 * @param isEmpty whether no content follows
 * @param persistent whether the connection may serve another request after this answer
 * @param upgrade the value of Upgrade, or empty
 * @param keepAliveSeconds what Keep-Alive promises, or -1
 */
record AnswerHead(
        int status,
        HeaderFields fields,
        String protocol,
        boolean isEmpty,
        boolean persistent,
        String upgrade,
        long keepAliveSeconds) {
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "proxy-authenticate");

    /** @throws ProxyFailure if the head breaks the protocol */
    static AnswerHead of(HttpResponse response, boolean toHead) {
        int status = response.status().code();
        if (status < 100 || status > 599) {
            throw broken("status " + status + " (expected: 100-599)");
        }
        HttpVersion version = response.protocolVersion();
        boolean http11 = version.equals(HttpVersion.HTTP_1_1);
        if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) {
            throw broken("version " + version + " (expected: HTTP/1.0 or HTTP/1.1)");
        }
        boolean bodyless = toHead || status < 200 || status == 204 || status == 304;
        boolean chunked = false;
        boolean lengthSeen = false;
        long length = -1;
        String upgrade = "";
        long keepAlive = -1;
        List<String> nominated = response.headers().getAll("Connection");
        Set<String> connectionOptions = options(nominated);
        HeaderFields.Builder kept = HeaderFields.builder();
        for (Map.Entry<String, String> field : response.headers()) {
            String name = field.getKey();
            String value = field.getValue();
            if (name.isEmpty()) {
                throw broken("a field without a name");
            }
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("content-length")) {
                length = length(value);
                lengthSeen = true;
                if (status >= 200 && status != 204) {
                    kept.add(name, value);
                }
            } else if (lower.equals("transfer-encoding")) {
                if (chunked || !http11 || !value.equalsIgnoreCase("chunked")) {
                    throw broken("transfer-encoding: " + value + " (expected: chunked, once, in HTTP/1.1)");
                }
                chunked = true;
            } else if (lower.equals("upgrade")) {
                upgrade = upgrade.isEmpty() ? value : upgrade + ", " + value;
            } else if (lower.equals("keep-alive")) {
                keepAlive = keepAliveTimeout(value);
            } else if (!OF_THE_CONNECTION.contains(lower) && !connectionOptions.contains(lower)) {
                kept.add(name, value);
            }
        }
        if (chunked && lengthSeen && !bodyless) {
            throw broken("both content-length and transfer-encoding");
        }
        boolean delimited = bodyless || chunked || lengthSeen;
        return new AnswerHead(
                status,
                kept.build(),
                version.text(),
                bodyless || length == 0,
                http11 && delimited && !connectionOptions.contains("close"),
                upgrade,
                keepAlive);
    }

    /** Whether this is an interim answer. */
    boolean isInterim() {
        return status < 200;
    }

    private static Set<String> options(List<String> lines) {
        if (lines.isEmpty()) {
            return Set.of();
        }
        Set<String> options = new TreeSet<>();
        for (String line : lines) {
            for (String option : line.split(",", -1)) {
                options.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        // Framing and identity of the message are end-to-end whatever Connection says (RFC 9110 §7.6.1).
        options.remove("content-length");
        return options;
    }

    private static long length(String value) {
        boolean digits = !value.isEmpty() && value.length() <= 18;
        for (int i = 0; digits && i < value.length(); i++) {
            digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (!digits) {
            throw broken("content-length: " + value + " (expected: up to 18 digits)");
        }
        return Long.parseLong(value);
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

    private static ProxyFailure broken(String detail) {
        return ProxyFailure.of(ProxyErrorType.HTTP_PROTOCOL_ERROR, ProxyFailure.Source.ORIGIN, detail);
    }
}
