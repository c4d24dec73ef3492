package dev.weir.contracts.cache;

import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * The right to ask the origin for others too.
 *
 * @param name of what is leased, as the shared tier calls it; empty if it gave none
 * @param token of this lease: later ones have higher ones; 0 if the shared tier gave none
 */
public record Lease(String name, long token) {
    /** None. */
    public static final Lease NONE = new Lease("", 0);

    static void write(WireWriter out, Lease lease) {
        out.text(lease.name()).int64(lease.token());
    }

    static Lease read(WireReader in) {
        return new Lease(in.text(), in.int64());
    }
}
