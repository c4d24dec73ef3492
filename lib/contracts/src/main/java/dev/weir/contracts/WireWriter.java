package dev.weir.contracts;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Appends the elements of a message to a buffer: big-endian numbers; lengths before text, bytes and lists. */
public final class WireWriter {
    private final Buffer out;

    /** Appends to {@code out}. */
    public WireWriter(Buffer out) {
        this.out = out;
    }

    /** One byte, 0 to 255. */
    @CanIgnoreReturnValue
    public WireWriter int8(int value) {
        out.appendByte((byte) value);
        return this;
    }

    /** Four bytes. */
    @CanIgnoreReturnValue
    public WireWriter int32(int value) {
        out.appendInt(value);
        return this;
    }

    /** Eight bytes. */
    @CanIgnoreReturnValue
    public WireWriter int64(long value) {
        out.appendLong(value);
        return this;
    }

    /** One byte, 0 or 1. */
    @CanIgnoreReturnValue
    public WireWriter bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    /** UTF-8 behind its length in bytes. */
    @CanIgnoreReturnValue
    public WireWriter text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.appendInt(bytes.length).appendBytes(bytes);
        return this;
    }

    /** Bytes behind their count. */
    @CanIgnoreReturnValue
    public WireWriter bytes(Buffer value) {
        out.appendInt(value.length()).appendBuffer(value);
        return this;
    }

    /** The place of a constant among its siblings; siblings are only ever appended. */
    @CanIgnoreReturnValue
    @SuppressWarnings("EnumOrdinal") // the place is the wire form; golden forms guard it
    public WireWriter word(Enum<?> value) {
        return int8(value.ordinal());
    }

    /** A place in a sequence. */
    @CanIgnoreReturnValue
    public WireWriter pair(SequencePair value) {
        SequencePair.write(value, this);
        return this;
    }

    /** A field section. */
    @CanIgnoreReturnValue
    public WireWriter fields(HeaderFields fields) {
        int32(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            text(fields.name(i)).text(fields.value(i));
        }
        return this;
    }

    /** Elements behind their count. */
    @CanIgnoreReturnValue
    public <T> WireWriter list(List<T> values, BiConsumer<WireWriter, T> element) {
        int32(values.size());
        values.forEach(value -> element.accept(this, value));
        return this;
    }

    /** Keys and values behind their count, in the map's order. */
    @CanIgnoreReturnValue
    public <V> WireWriter map(Map<String, V> values, BiConsumer<WireWriter, V> value) {
        int32(values.size());
        values.forEach((key, each) -> value.accept(text(key), each));
        return this;
    }
}
