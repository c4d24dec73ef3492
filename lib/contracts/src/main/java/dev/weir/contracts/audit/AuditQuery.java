package dev.weir.contracts.audit;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks for a page of records, oldest first.
 *
 * @param where field name to the value it must have; a trailing * matches any ending
 * @param fromMillis earliest time, since 1970; 0 for the beginning
 * @param toMillis latest time, exclusive; 0 for no end
 * @param cursor where the last page ended; empty for the first
 * @param newest start behind the newest record, for a tail; only without cursor
 * @param limit records at the most
 */
public record AuditQuery(
        Map<String, String> where, long fromMillis, long toMillis, String cursor, boolean newest, int limit) {
    /** The wire form. */
    public static final Codec<AuditQuery> CODEC = new Codec<>() {
        @Override
        public void encode(AuditQuery message, WireWriter out) {
            out.map(message.where(), WireWriter::text)
                    .int64(message.fromMillis())
                    .int64(message.toMillis())
                    .text(message.cursor())
                    .bool(message.newest())
                    .int32(message.limit());
        }

        @Override
        public AuditQuery decode(WireReader in) {
            return new AuditQuery(in.map(WireReader::text), in.int64(), in.int64(), in.text(), in.bool(), in.int32());
        }
    };

    /** Copies its collections; maps in the order of their keys. */
    public AuditQuery {
        where = Collections.unmodifiableMap(new TreeMap<>(where));
    }
}
