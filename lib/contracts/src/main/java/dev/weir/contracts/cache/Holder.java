package dev.weir.contracts.cache;

import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * Who holds a lease.
 *
 * @param node its name
 * @param instance random, made at the start of its process
 * @param address {@code host:port} of its body channel; empty if it has none and can't be followed
 * @param token of the lease
 */
public record Holder(String node, String instance, String address, long token) {
    static void write(WireWriter out, Holder holder) {
        out.text(holder.node()).text(holder.instance()).text(holder.address()).int64(holder.token());
    }

    static Holder read(WireReader in) {
        return new Holder(in.text(), in.text(), in.text(), in.int64());
    }
}
