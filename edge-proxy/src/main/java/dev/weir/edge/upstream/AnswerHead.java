package dev.weir.edge.upstream;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.ProxyError;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;

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
        boolean close = false;
        HeaderFields.Builder kept = HeaderFields.builder();
        for (Map.Entry<String, String> field : response.headers()) {
            String name = field.getKey();
            String value = field.getValue();
            if (name.isEmpty()) {
                throw broken("a field without a name");
            }
            kept.add(name, value);
            if (name.equalsIgnoreCase("content-length")) {
                if (lengthSeen) {
                    throw broken("two lines of content-length");
                }
                length = length(value);
                lengthSeen = true;
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                if (chunked || !http11 || !value.equalsIgnoreCase("chunked")) {
                    throw broken("transfer-encoding: " + value + " (expected: chunked, once, in HTTP/1.1)");
                }
                chunked = true;
            } else if (name.equalsIgnoreCase("connection")) {
                close |= FieldSyntax.listContains(value, "close");
            } else if (name.equalsIgnoreCase("upgrade")) {
                upgrade = upgrade.isEmpty() ? value : upgrade + ", " + value;
            } else if (name.equalsIgnoreCase("keep-alive")) {
                keepAlive = keepAliveTimeout(value);
            }
        }
        if (chunked && lengthSeen && !bodyless) {
            throw broken("both content-length and transfer-encoding");
        }
        HeaderFields fields = HopByHop.strip(kept.build());
        boolean delimited = bodyless || chunked || lengthSeen;
        return new AnswerHead(
                status,
                status < 200 || status == 204 ? fields.without("content-length"::equalsIgnoreCase) : fields,
                version.text(),
                bodyless || length == 0,
                http11 && delimited && !close,
                upgrade,
                keepAlive);
    }

    /** Whether this is an interim answer. */
    boolean isInterim() {
        return status < 200;
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
        return ProxyFailure.of(ProxyError.HTTP_PROTOCOL_ERROR, ProxyFailure.Source.ORIGIN, detail);
    }
}
