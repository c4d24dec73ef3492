package dev.weir.contracts.audit;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * All records up to a number are on disk.
 *
 * @param edge name of the edge
 * @param epoch life of the edge's spool
 * @param throughSeq number of the last record kept
 */
public record AuditAck(String edge, long epoch, long throughSeq) {
    /** The wire form. */
    public static final Codec<AuditAck> CODEC = new Codec<>() {
        @Override
        public void encode(AuditAck message, WireWriter out) {
            out.text(message.edge()).int64(message.epoch()).int64(message.throughSeq());
        }

        @Override
        public AuditAck decode(WireReader in) {
            return new AuditAck(in.text(), in.int64(), in.int64());
        }
    };
}
