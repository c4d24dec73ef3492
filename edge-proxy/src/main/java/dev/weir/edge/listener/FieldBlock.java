package dev.weir.edge.listener;

import dev.weir.http.HeaderFields;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/** A decompressed field block as it was sent: every field, in order, unchecked. Netty's own collection sorts and merges. */
final class FieldBlock extends DefaultHttp2Headers {
    private final HeaderFields.Builder fields = HeaderFields.builder();

    private FieldBlock() {
        super(false);
    }

    HeaderFields fields() {
        return fields.build();
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        fields.add(name.toString(), value.toString());
        return this;
    }

    /** Makes such blocks; with the limit that the connection's own decoder has. */
    static final class Decoder extends DefaultHttp2HeadersDecoder {
        Decoder(long maxHeaderListSize) {
            super(false, maxHeaderListSize);
        }

        @Override
        protected Http2Headers newHeaders() {
            return new FieldBlock();
        }
    }
}
