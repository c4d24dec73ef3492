package dev.weir.contracts.cache;

import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * What somebody says who wants to ask the origin for others too.
 *
 * @param group what sets the request apart from others for the key: only the same share an answer
 * @param node the asker's name
 * @param instance random, made at the start of its process
 * @param address {@code host:port} of its body channel; empty if it has none
 * @param lost token of a lease whose holder was followed and is lost; 0 if none
 * @param beyond serial of the newest stored response that is of no use to the asker; 0 if none
 */
public record LeaseWish(String group, String node, String instance, String address, long lost, long beyond) {
    static void write(WireWriter out, LeaseWish wish) {
        out.text(wish.group())
                .text(wish.node())
                .text(wish.instance())
                .text(wish.address())
                .int64(wish.lost())
                .int64(wish.beyond());
    }

    static LeaseWish read(WireReader in) {
        return new LeaseWish(in.text(), in.text(), in.text(), in.text(), in.int64(), in.int64());
    }
}
