package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * Renews leases, and gives some back.
 *
 * @param node who holds them
 * @param instance random, made at the start of its process
 * @param held to be renewed
 * @param over not held any more
 */
public record LeasesHeld(String node, String instance, List<Lease> held, List<Lease> over) {
    /** Leases in one message, so that it fits a frame. */
    public static final int MOST = 500;

    /** The wire form. */
    public static final Codec<LeasesHeld> CODEC = new Codec<>() {
        @Override
        public void encode(LeasesHeld message, WireWriter out) {
            out.text(message.node())
                    .text(message.instance())
                    .list(message.held(), Lease::write)
                    .list(message.over(), Lease::write);
        }

        @Override
        public LeasesHeld decode(WireReader in) {
            return new LeasesHeld(in.text(), in.text(), in.list(Lease::read), in.list(Lease::read));
        }
    };

    /** Copies its collections. */
    public LeasesHeld {
        held = List.copyOf(held);
        over = List.copyOf(over);
    }
}
