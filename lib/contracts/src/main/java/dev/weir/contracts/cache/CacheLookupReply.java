package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireException;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** What the shared tier says of a key. A kind of answer is told by its first byte; kinds are only ever added. */
public sealed interface CacheLookupReply {

    /**
     * A stored response that the request's fields select; whether it may be used is for the asker to judge.
     *
     * @param status its status
     * @param fields its fields, as they are stored
     * @param varyNames the field names of its Vary, lower case, sorted
     * @param responseDelayMillis how long the origin took to answer
     * @param residentMillis how long ago the answer came, by the store's clock
     * @param stale whether a soft purge made it stale
     * @param purges the newest purge when it was read
     * @param body the whole body
     */
    record Hit(
            int status,
            HeaderFields fields,
            List<String> varyNames,
            long responseDelayMillis,
            long residentMillis,
            boolean stale,
            SequencePair purges,
            Buffer body)
            implements CacheLookupReply {
        /** Copies its collections. */
        public Hit {
            varyNames = List.copyOf(varyNames);
        }
    }

    /**
     * Nothing usable: the asker fetches.
     *
     * @param token means nothing any more
     * @param purges the newest purge when the fill began
     */
    record Fill(long token, SequencePair purges) implements CacheLookupReply {}

    /** The wire form. */
    Codec<CacheLookupReply> CODEC = new Codec<>() {
        @Override
        public void encode(CacheLookupReply message, WireWriter out) {
            if (message instanceof Hit hit) {
                out.int8(1)
                        .int32(hit.status())
                        .fields(hit.fields())
                        .list(hit.varyNames(), WireWriter::text)
                        .int64(hit.responseDelayMillis())
                        .int64(hit.residentMillis())
                        .bool(hit.stale())
                        .pair(hit.purges())
                        .bytes(hit.body());
            } else if (message instanceof Fill fill) {
                out.int8(2).int64(fill.token()).pair(fill.purges());
            }
        }

        @Override
        public CacheLookupReply decode(WireReader in) {
            int kind = in.int8();
            return switch (kind) {
                case 1 ->
                    new Hit(
                            in.int32(),
                            in.fields(),
                            in.list(WireReader::text),
                            in.int64(),
                            in.int64(),
                            in.bool(),
                            in.pair(),
                            in.bytes());
                case 2 -> new Fill(in.int64(), in.pair());
                default -> throw new WireException("kind of reply: " + kind + " (expected: 1 or 2)");
            };
        }
    };
}
