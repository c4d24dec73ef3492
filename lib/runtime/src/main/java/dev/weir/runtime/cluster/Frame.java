package dev.weir.runtime.cluster;

import dev.weir.contracts.Codec;
import dev.weir.contracts.WireException;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What travels over Vert.x's bus: the bytes of one message, and, as long as it has not left its process, the immutable
 * record itself, so that delivery at home copies nothing. Whoever receives it knows by the address how to read it.
 */
record Frame(@Nullable Object record, Buffer bytes) {
    /** The first byte of each message: the version of all wire forms together. */
    static final byte VERSION = 1;

    /** A frame to send. */
    static <T> Frame of(String address, Codec<T> codec, T message) {
        Buffer bytes = Buffer.buffer(256).appendByte(VERSION);
        codec.encode(message, new WireWriter(bytes));
        if (bytes.length() > Bus.LARGEST_FRAME) {
            throw new FrameTooLargeException(address, bytes.length());
        }
        return new Frame(message, bytes);
    }

    /** A frame from the wire. */
    static Frame received(Buffer bytes) {
        return new Frame(null, bytes);
    }

    /**
     * The message.
     *
     * @throws WireException if the bytes are none
     */
    @SuppressWarnings("unchecked") // one address, one codec: who wrote the record used the same
    <T> T read(Codec<T> codec) {
        if (record != null) {
            return (T) record;
        }
        if (bytes.length() < 1 || bytes.getByte(0) != VERSION) {
            throw new WireException(
                    bytes.length() < 1
                            ? "an empty frame or one that is too large"
                            : "version: " + bytes.getByte(0) + " (expected: " + VERSION + ")");
        }
        WireReader in = new WireReader(bytes, 1);
        T message = codec.decode(in);
        if (!in.atEnd()) {
            throw new WireException("bytes behind the message");
        }
        return message;
    }
}
