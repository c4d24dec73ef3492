package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.HeaderFields;

/**
 * Asks an edge what it would make of a request, without making it.
 *
 * @param url absolute, http or https
 * @param method of the request
 * @param fields of the request, without Host
 * @param listener by name; empty for the one that the URL leads to
 * @param client address; empty if nobody in particular asks
 */
public record ExplainRequest(String url, String method, HeaderFields fields, String listener, String client) {
    /** The wire form. */
    public static final Codec<ExplainRequest> CODEC = new Codec<>() {
        @Override
        public void encode(ExplainRequest message, WireWriter out) {
            out.text(message.url())
                    .text(message.method())
                    .fields(message.fields())
                    .text(message.listener())
                    .text(message.client());
        }

        @Override
        public ExplainRequest decode(WireReader in) {
            return new ExplainRequest(in.text(), in.text(), in.fields(), in.text(), in.text());
        }
    };
}
