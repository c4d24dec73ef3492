package dev.weir.contracts.audit;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * A page of records.
 *
 * @param lines each one JSON object
 * @param cursor where the next page starts
 * @param end whether there were no more at that moment
 */
public record AuditPage(List<String> lines, String cursor, boolean end) {
    /** The wire form. */
    public static final Codec<AuditPage> CODEC = new Codec<>() {
        @Override
        public void encode(AuditPage message, WireWriter out) {
            out.list(message.lines(), WireWriter::text).text(message.cursor()).bool(message.end());
        }

        @Override
        public AuditPage decode(WireReader in) {
            return new AuditPage(in.list(WireReader::text), in.text(), in.bool());
        }
    };

    /** Copies its collections. */
    public AuditPage {
        lines = List.copyOf(lines);
    }
}
