package dev.weir.contracts.cache;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Gives the shared tier a complete response to keep.
 *
 * @param key the cache key, zone first
 * @param url the URL that a purge would name
 * @param varyNames the field names of Vary, lower case, sorted; empty without Vary
 * @param selecting the request fields of those names
 * @param status the status of the response
 * @param fields its fields, as they are stored
 * @param responseDelayMillis how long the origin took to answer
 * @param residentMillis how long ago the answer came
 * @param keepMillis for how long it is worth keeping, from now
 * @param token that it was fetched under, which counts in a {@link LeasedStore} alone; 0 for none
 * @param purges the purges that were known when the fill began
 * @param body the whole body; at most 32 KiB
 */
public record CacheStore(
        String key,
        String url,
        List<String> varyNames,
        HeaderFields selecting,
        int status,
        HeaderFields fields,
        long responseDelayMillis,
        long residentMillis,
        long keepMillis,
        long token,
        SequencePair purges,
        Buffer body) {
    /** The wire form. */
    public static final Codec<CacheStore> CODEC = new Codec<>() {
        @Override
        public void encode(CacheStore message, WireWriter out) {
            out.text(message.key())
                    .text(message.url())
                    .list(message.varyNames(), WireWriter::text)
                    .fields(message.selecting())
                    .int32(message.status())
                    .fields(message.fields())
                    .int64(message.responseDelayMillis())
                    .int64(message.residentMillis())
                    .int64(message.keepMillis())
                    .int64(message.token())
                    .pair(message.purges())
                    .bytes(message.body());
        }

        @Override
        public CacheStore decode(WireReader in) {
            return new CacheStore(
                    in.text(),
                    in.text(),
                    in.list(WireReader::text),
                    in.fields(),
                    in.int32(),
                    in.fields(),
                    in.int64(),
                    in.int64(),
                    in.int64(),
                    in.int64(),
                    in.pair(),
                    in.bytes());
        }
    };

    /** Copies its collections. */
    public CacheStore {
        varyNames = List.copyOf(varyNames);
    }

    /** The same without the token. */
    public CacheStore withoutToken() {
        return new CacheStore(
                key,
                url,
                varyNames,
                selecting,
                status,
                fields,
                responseDelayMillis,
                residentMillis,
                keepMillis,
                0,
                purges,
                body);
    }
}
