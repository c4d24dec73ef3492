package dev.weir.edge.upstream;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.TrailerFields;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Set;

/**
 * A field block of an answer in HTTP/2, every field as it was sent and in order, and what it says if it can be read in one
 * way (RFC 9113 §8.2, §8.3.2): by the rules that {@link AnswerGuard} and {@link AnswerHead} have for HTTP/1.1. Netty's own
 * collection sorts and merges.
 */
final class AnswerBlock extends DefaultHttp2Headers {
    private static final int FIELDS = 1024;
    private static final int LENGTH_DIGITS = 18;
    private static final String STATUS = ":status";
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private final HeaderFields.Builder sent = HeaderFields.builder();
    private int count;

    private AnswerBlock() {
        super(false);
    }

    /** Makes such blocks. */
    static final class Decoder extends DefaultHttp2HeadersDecoder {
        Decoder(long maxHeaderListSize) {
            super(false, maxHeaderListSize);
        }

        @Override
        protected Http2Headers newHeaders() {
            return new AnswerBlock();
        }
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        String text = name.toString();
        sent.add(text, value.toString());
        count++;
        if (text.equals(STATUS)) {
            // Netty has to tell interim heads from others.
            set(STATUS, value);
        }
        return this;
    }

    /**
     * The head that this block is.
     *
     * @param last whether nothing follows it
     * @throws Http2Exception if it is malformed
     */
    AnswerHead head(int stream, boolean toHead, boolean last) throws Http2Exception {
        HeaderFields fields = sent.build();
        require(stream, count <= FIELDS, "too many fields");
        require(stream, count > 0 && fields.name(0).equals(STATUS), "no status first");
        int status = status(stream, fields.value(0));
        HeaderFields.Builder kept = HeaderFields.builder();
        long length = AnswerHead.NO_LENGTH;
        for (int i = 1; i < fields.size(); i++) {
            String name = fields.name(i);
            String value = fields.value(i);
            checkField(stream, name, value);
            if (name.equals("content-length")) {
                require(stream, length == AnswerHead.NO_LENGTH, "content-length twice");
                length = length(stream, value);
                value = Long.toString(length);
            }
            kept.add(name, value);
        }
        require(stream, status >= 200 || (!last && length <= 0), "interim answer with content or an end");
        require(stream, status != 101, "change of protocol");
        boolean never = toHead || status == 204 || status == 304;
        require(stream, never || !last || length <= 0, "less content than announced");
        return AnswerHead.ofHttp2(status, HopByHop.strip(kept.build()), toHead, length, last);
    }

    /**
     * The trailer fields that this block is, without those that have no business there.
     *
     * @throws Http2Exception if it is malformed
     */
    HeaderFields trailers(int stream) throws Http2Exception {
        HeaderFields fields = sent.build();
        require(stream, count <= FIELDS, "too many trailer fields");
        for (int i = 0; i < fields.size(); i++) {
            checkField(stream, fields.name(i), fields.value(i));
            require(stream, !fields.name(i).equals("content-length"), "trailer that frames");
        }
        return fields.without(TrailerFields::isForbidden);
    }

    private static int status(int stream, String digits) throws Http2Exception {
        int status = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            status = c >= '0' && c <= '9' ? status * 10 + c - '0' : -1;
            require(stream, status >= 0 && i < 3, "status");
        }
        require(stream, digits.length() == 3 && status >= 100 && status <= 599, "status");
        return status;
    }

    private static long length(int stream, String digits) throws Http2Exception {
        require(stream, !digits.isEmpty() && digits.length() <= LENGTH_DIGITS, "content-length");
        for (int i = 0; i < digits.length(); i++) {
            require(stream, digits.charAt(i) >= '0' && digits.charAt(i) <= '9', "content-length");
        }
        return Long.parseLong(digits);
    }

    private static void checkField(int stream, String name, String value) throws Http2Exception {
        require(stream, FieldSyntax.isToken(name), "field name that is no token");
        for (int i = 0; i < name.length(); i++) {
            require(stream, name.charAt(i) < 'A' || name.charAt(i) > 'Z', "capital letter in a field name");
        }
        require(stream, !OF_THE_CONNECTION.contains(name), "field of a connection");
        require(stream, FieldSyntax.isFieldValue(value), "control character in a field value");
        boolean padded = !value.isEmpty()
                && (FieldSyntax.isBlank(value.charAt(0)) || FieldSyntax.isBlank(value.charAt(value.length() - 1)));
        require(stream, !padded, "blank around a field value");
    }

    private static void require(int stream, boolean holds, String fault) throws Http2Exception {
        if (!holds) {
            throw Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, fault);
        }
    }
}
