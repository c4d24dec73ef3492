package dev.weir.edge.upstream;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.ProxyError;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * A request's head as it goes to an origin, in HTTP/1.1 (RFC 9112 §3) or HTTP/2 (RFC 9113 §8.3). Everything is checked when it
 * is made, before a connection is taken, so that nothing a client sends can break the framing towards an origin or cost a
 * connection.
 */
final class RequestHead {
    private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

    private final OriginRequest request;
    private final String scheme;
    private final String host;
    private final String upgrade;

    private RequestHead(OriginRequest request, String scheme, String host, String upgrade) {
        this.request = request;
        this.scheme = scheme;
        this.host = host;
        this.upgrade = upgrade;
    }

    /**
     * The head for this target.
     *
     * @param upgrade the protocol asked for, or empty
     * @throws ProxyFailure if a part can't be written without changing the meaning of the message
     */
    static RequestHead of(OriginRequest request, TargetSpec target, String upgrade) {
        checkToken("method", request.method());
        checkTarget(request.target());
        String host = host(request, target.authority());
        checkValue("Host", host);
        checkValue("Upgrade", upgrade);
        HeaderFields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            checkToken("field name", fields.name(i));
            checkValue(fields.name(i), fields.value(i));
        }
        return new RequestHead(request, target.scheme(), host, upgrade);
    }

    boolean isHead() {
        return request.method().equals("HEAD");
    }

    boolean hasContent() {
        return request.body().isPresent();
    }

    boolean isChunked() {
        return hasContent() && request.body().isChunked();
    }

    /** Whether a length goes along: of the content, or 0 where some is usual. */
    private boolean hasLength() {
        return hasContent() ? !isChunked() : WITH_CONTENT.contains(request.method());
    }

    /** The octets of HTTP/1.1. */
    byte[] octets() {
        StringBuilder head = new StringBuilder(512);
        head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
        line(head, "Host", host);
        HeaderFields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (!isOfTheConnection(fields.name(i))) {
                line(head, fields.name(i), fields.value(i));
            }
        }
        if (isChunked()) {
            fields.combined("Trailer").ifPresent(names -> line(head, "Trailer", names));
            line(head, "Transfer-Encoding", "chunked");
        } else if (hasLength()) {
            line(head, "Content-Length", Long.toString(request.body().length()));
        }
        if (!upgrade.isEmpty()) {
            line(head, "Connection", "Upgrade");
            line(head, "Upgrade", upgrade);
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The field block of HTTP/2, which knows no change of protocol: that is not asked for. */
    Http2Headers block() {
        Http2Headers block = new DefaultHttp2Headers(false)
                .method(request.method())
                .scheme(scheme)
                .path(request.target());
        if (!host.isEmpty()) {
            block.authority(host);
        }
        HeaderFields fields = request.fields();
        add(block, fields);
        if (FieldSyntax.listContains(fields, "TE", "trailers")) {
            block.add("te", "trailers");
        }
        if (isChunked()) {
            fields.combined("Trailer").ifPresent(names -> block.add("trailer", names));
        } else if (hasLength()) {
            block.add("content-length", Long.toString(request.body().length()));
        }
        return block;
    }

    /** Trailer fields and the end of a chunked body. */
    static byte[] lastChunk(HeaderFields trailers) {
        checkTrailers(trailers);
        StringBuilder end = new StringBuilder("0\r\n");
        trailers.forEach((name, value) -> {
            if (!isOfTheConnection(name)) {
                line(end, name, value);
            }
        });
        return end.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Trailer fields in HTTP/2; empty if there are none. */
    static Http2Headers trailerBlock(HeaderFields trailers) {
        checkTrailers(trailers);
        Http2Headers block = new DefaultHttp2Headers(false);
        add(block, trailers);
        return block;
    }

    private static void checkTrailers(HeaderFields trailers) {
        trailers.forEach((name, value) -> {
            checkToken("trailer name", name);
            checkValue(name, value);
        });
    }

    private static void add(Http2Headers block, HeaderFields fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (!isOfTheConnection(fields.name(i))) {
                // No blanks around it (RFC 9113 §8.2.1).
                block.add(fields.name(i).toLowerCase(Locale.ROOT), FieldSyntax.trim(fields.value(i)));
            }
        }
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

    private static void checkTarget(String target) {
        if (target.isEmpty() || (target.charAt(0) != '/' && !target.equals("*"))) {
            throw refused("target that doesn't begin with a slash");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff || c == '#') {
                throw refused("target with character " + (int) c);
            }
        }
    }

    private static void checkToken(String what, String text) {
        if (!FieldSyntax.isToken(text)) {
            throw refused(what + " that is no token");
        }
    }

    private static void checkValue(String name, String value) {
        if (!FieldSyntax.isFieldValue(value)) {
            throw refused("value of " + name + " with a control character");
        }
    }

    private static void line(StringBuilder head, String name, String value) {
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
