package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireException;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/** What the shared tier says to a {@link LeaseLookup}. The first byte tells the kind; kinds are only ever added. */
public sealed interface LeaseLookupReply {
    /** The newest purge when it was looked up. */
    SequencePair purges();

    /**
     * Something is stored.
     *
     * @param serial of the response: of one URL, what was stored later has a higher one
     * @param hit the response
     */
    record Stored(long serial, CacheLookupReply.Hit hit) implements LeaseLookupReply {
        @Override
        public SequencePair purges() {
            return hit.purges();
        }
    }

    /** Nothing usable: the asker fetches, and others are sent to it. */
    record Granted(Lease lease, SequencePair purges) implements LeaseLookupReply {}

    /**
     * Nothing usable, and somebody fetches already.
     *
     * @param own what the asker stores under, should it go by itself; nobody is sent to it
     */
    record Follow(Holder holder, Lease own, SequencePair purges) implements LeaseLookupReply {}

    /** Nothing usable, and no leases are given at present: the asker fetches, and nobody is sent to it. */
    record Unleased(SequencePair purges) implements LeaseLookupReply {}

    /** The wire form. */
    Codec<LeaseLookupReply> CODEC = new Codec<>() {
        @Override
        public void encode(LeaseLookupReply message, WireWriter out) {
            if (message instanceof Stored stored) {
                CacheLookupReply.CODEC.encode(stored.hit(), out.int8(1).int64(stored.serial()));
            } else if (message instanceof Granted granted) {
                Lease.write(out.int8(2), granted.lease());
                out.pair(granted.purges());
            } else if (message instanceof Follow follow) {
                Holder.write(out.int8(3), follow.holder());
                Lease.write(out, follow.own());
                out.pair(follow.purges());
            } else if (message instanceof Unleased unleased) {
                out.int8(4).pair(unleased.purges());
            }
        }

        @Override
        public LeaseLookupReply decode(WireReader in) {
            int kind = in.int8();
            return switch (kind) {
                case 1 -> stored(in.int64(), CacheLookupReply.CODEC.decode(in));
                case 2 -> new Granted(Lease.read(in), in.pair());
                case 3 -> new Follow(Holder.read(in), Lease.read(in), in.pair());
                case 4 -> new Unleased(in.pair());
                default -> throw new WireException("kind of reply: " + kind + " (expected: 1 to 4)");
            };
        }

        private static LeaseLookupReply stored(long serial, CacheLookupReply found) {
            if (found instanceof CacheLookupReply.Hit hit) {
                return new Stored(serial, hit);
            }
            throw new WireException("stored: " + found + " (expected: a hit)");
        }
    };
}
