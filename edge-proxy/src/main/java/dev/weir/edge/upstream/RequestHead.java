package dev.weir.edge.upstream;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.ProxyError;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A request's head as octets for HTTP/1.1 (RFC 9112 §3). Everything is checked here, before a connection is taken, so
 * that nothing a client sends can break the framing towards an origin or cost a connection.
 */
final class RequestHead {
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    private RequestHead() {}

    /**
     * The octets of a head.
     *
     * @param authority goes out as Host where the request asks for the target's or has none
     * @param upgrade the protocol asked for, or empty
     * @throws ProxyFailure if a part can't be written without changing the meaning of the message
     */
    static byte[] octets(OriginRequest request, String authority, String upgrade) {
        StringBuilder head = new StringBuilder(512);
        head.append(token("method", request.method()))
                .append(' ')
                .append(target(request))
                .append(" HTTP/1.1\r\n");
        line(head, "Host", host(request, authority));
        HeaderFields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            String name = token("field name", fields.name(i));
            if (!isOfTheConnection(name)) {
                line(head, name, fields.value(i));
            }
        }
        RequestBody body = request.body();
        if (body.isPresent() && body.isChunked()) {
            fields.combined("Trailer").ifPresent(names -> line(head, "Trailer", names));
            line(head, "Transfer-Encoding", "chunked");
        } else if (body.isPresent() || WITH_CONTENT.contains(request.method())) {
            line(head, "Content-Length", Long.toString(body.length()));
        }
        if (!upgrade.isEmpty()) {
            line(head, "Connection", "Upgrade");
            line(head, "Upgrade", upgrade);
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Trailer fields and the end of a chunked body. */
    static byte[] lastChunk(HeaderFields trailers) {
        StringBuilder end = new StringBuilder("0\r\n");
        trailers.forEach((name, value) -> {
            if (!isOfTheConnection(token("trailer name", name))) {
                line(end, name, value);
            }
        });
        return end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String host(OriginRequest request, String authority) {
        if (request.host() == OriginRequest.Host.TARGET) {
            return authority;
        }
        int seen = request.fields().all("Host").size();
        if (seen > 1) {
            throw refused("Host: " + seen + " lines (expected: one)");
        }
        return request.fields().first("Host").orElse(authority);
    }

    private static String target(OriginRequest request) {
        String target = request.target();
        if (target.isEmpty() || (target.charAt(0) != '/' && !target.equals("*"))) {
            throw refused("target that doesn't begin with a slash");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff || c == '#') {
                throw refused("target with character " + (int) c);
            }
        }
        return target;
    }

    private static String token(String what, String text) {
        if (!FieldSyntax.isToken(text)) {
            throw refused(what + " that is no token");
        }
        return text;
    }

    private static void line(StringBuilder head, String name, String value) {
        if (!FieldSyntax.isFieldValue(value)) {
            throw refused("value of " + name + " with a control character");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static boolean isOfTheConnection(String name) {
        return HopByHop.isHopByHop(name)
                || name.equalsIgnoreCase("content-length")
                || name.equalsIgnoreCase("host")
                || name.equalsIgnoreCase("trailer");
    }

    private static ProxyFailure refused(String detail) {
        return ProxyFailure.of(ProxyError.HTTP_REQUEST_ERROR, ProxyFailure.Source.CLIENT, detail);
    }
}
