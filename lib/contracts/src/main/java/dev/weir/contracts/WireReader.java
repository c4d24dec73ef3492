package dev.weir.contracts;

import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads what {@link WireWriter} wrote. Every length is checked against what is left before anything is made of it; all
 * methods throw {@link WireException} if the bytes don't hold.
 */
public final class WireReader {
    private final Buffer in;
    private final int end;
    private int at;

    /** Reads {@code in} from {@code start} to its end. */
    public WireReader(Buffer in, int start) {
        this.in = in;
        this.at = start;
        this.end = in.length();
    }

    /** One byte, 0 to 255. */
    public int int8() {
        need(1);
        return in.getUnsignedByte(at++);
    }

    /** Four bytes. */
    public int int32() {
        need(4);
        at += 4;
        return in.getInt(at - 4);
    }

    /** Eight bytes. */
    public long int64() {
        need(8);
        at += 8;
        return in.getLong(at - 8);
    }

    /** One byte, 0 or 1. */
    public boolean bool() {
        int value = int8();
        if (value > 1) {
            throw new WireException("boolean: " + value + " (expected: 0 or 1)");
        }
        return value == 1;
    }

    /** UTF-8 behind its length. */
    public String text() {
        int length = length(1);
        at += length;
        return new String(in.getBytes(at - length, at), StandardCharsets.UTF_8);
    }

    /** Bytes behind their count. */
    public Buffer bytes() {
        int length = length(1);
        at += length;
        return in.getBuffer(at - length, at);
    }

    /** A constant of {@code values}, by its place. */
    public <E extends Enum<E>> E word(E[] values) {
        int place = int8();
        if (place >= values.length) {
            throw new WireException("word: " + place + " (expected: below " + values.length + ")");
        }
        return values[place];
    }

    /** A place in a sequence. */
    public SequencePair pair() {
        return SequencePair.read(this);
    }

    /** A field section. */
    public HeaderFields fields() {
        int count = length(8);
        HeaderFields.Builder fields = HeaderFields.builder();
        for (int i = 0; i < count; i++) {
            fields.add(text(), text());
        }
        return fields.build();
    }

    /** Elements behind their count. */
    public <T> List<T> list(Function<WireReader, T> element) {
        int count = length(1);
        List<T> values = new ArrayList<>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
            values.add(element.apply(this));
        }
        return Collections.unmodifiableList(values);
    }

    /** Keys and values behind their count, in their order. */
    public <V> Map<String, V> map(Function<WireReader, V> value) {
        int count = length(4);
        Map<String, V> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            values.put(text(), value.apply(this));
        }
        return Collections.unmodifiableMap(values);
    }

    /** Whether everything was read. */
    public boolean atEnd() {
        return at == end;
    }

    private int length(int bytesEach) {
        int count = int32();
        if (count < 0 || (long) count * bytesEach > end - at) {
            throw new WireException("length: " + count + " (expected: at most what is left, " + (end - at) + " bytes)");
        }
        return count;
    }

    private void need(int bytes) {
        if (end - at < bytes) {
            throw new WireException("message ends after " + at + " bytes (expected: " + bytes + " more)");
        }
    }
}
