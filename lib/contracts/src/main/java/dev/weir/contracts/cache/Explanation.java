package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * What an edge says to an {@link ExplainRequest}.
 *
 * @param json one object; keys are only ever added
 */
public record Explanation(String json) {
    /** The wire form. */
    public static final Codec<Explanation> CODEC = new Codec<>() {
        @Override
        public void encode(Explanation message, WireWriter out) {
            out.text(message.json());
        }

        @Override
        public Explanation decode(WireReader in) {
            return new Explanation(in.text());
        }
    };
}
