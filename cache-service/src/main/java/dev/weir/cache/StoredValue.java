package dev.weir.cache;

import dev.weir.contracts.WireException;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.Vary;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A response as it lies in Redis: format version, CRC32C of the rest, the rest. It names its key and variant, so
 * that nothing found under a wrong name is ever used.
 */
record StoredValue(
        String key,
        List<String> varyNames,
        String variant,
        int status,
        HeaderFields fields,
        long responseDelayMillis,
        Buffer body) {
    private static final int VERSION = 1;
    private static final int PREFIX_BYTES = 5;

    StoredValue {
        varyNames = List.copyOf(varyNames);
    }

    static StoredValue of(CacheStore response) {
        return new StoredValue(
                response.key(),
                response.varyNames(),
                new Vary(response.varyNames(), false).variant(response.selecting()),
                response.status(),
                response.fields(),
                response.responseDelayMillis(),
                response.body());
    }

    Buffer toBytes() {
        Buffer out = Buffer.buffer(512 + body.length());
        WireWriter writer = new WireWriter(out.appendByte((byte) VERSION).appendInt(0));
        writer.text(key)
                .list(varyNames, WireWriter::text)
                .text(variant)
                .int32(status)
                .fields(fields)
                .int64(responseDelayMillis)
                .bytes(body);
        return out.setInt(1, checksum(out));
    }

    /**
     * Reads one.
     *
     * @throws StoreException {@link StoreFault#FOREIGN} or {@link StoreFault#GARBAGE}
     */
    static StoredValue read(Buffer in) {
        if (in.length() < PREFIX_BYTES) {
            throw new StoreException(StoreFault.GARBAGE, "value: " + in.length() + " bytes (expected: at least 5)");
        }
        if (in.getUnsignedByte(0) != VERSION) {
            throw new StoreException(
                    StoreFault.FOREIGN, "format: " + in.getUnsignedByte(0) + " (expected: " + VERSION + ")");
        }
        if (in.getInt(1) != checksum(in)) {
            throw new StoreException(StoreFault.GARBAGE, "checksum: wrong (expected: that of the value)");
        }
        try {
            WireReader reader = new WireReader(in, PREFIX_BYTES);
            return new StoredValue(
                    reader.text(),
                    reader.list(WireReader::text),
                    reader.text(),
                    reader.int32(),
                    reader.fields(),
                    reader.int64(),
                    reader.bytes());
        } catch (WireException e) {
            throw new StoreException(StoreFault.GARBAGE, String.valueOf(e.getMessage()));
        }
    }

    /** Whether these are the fields of a request that it answers. */
    boolean isSelectedBy(HeaderFields request) {
        return isSelectedBy(new RequestVariants(request));
    }

    /** Whether this is a request that it answers. */
    boolean isSelectedBy(RequestVariants request) {
        return request.selects(varyNames, variant);
    }

    private static int checksum(Buffer value) {
        CRC32C crc = new CRC32C();
        byte[] bytes = value.getBytes(PREFIX_BYTES, value.length());
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
