package dev.weir.contracts.audit;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Consecutive records of one edge, to be kept.
 *
 * @param edge name of the edge
 * @param epoch life of the edge's spool
 * @param firstSeq number of the first record
 * @param records each one JSON object, UTF-8, without a line end
 */
public record AuditBatch(String edge, long epoch, long firstSeq, List<Buffer> records) {
    /** The wire form. */
    public static final Codec<AuditBatch> CODEC = new Codec<>() {
        @Override
        public void encode(AuditBatch message, WireWriter out) {
            out.text(message.edge())
                    .int64(message.epoch())
                    .int64(message.firstSeq())
                    .list(message.records(), WireWriter::bytes);
        }

        @Override
        public AuditBatch decode(WireReader in) {
            return new AuditBatch(in.text(), in.int64(), in.int64(), in.list(WireReader::bytes));
        }
    };

    /** Copies its collections. */
    public AuditBatch {
        records = List.copyOf(records);
    }
}
