package dev.weir.contracts;

/**
 * The wire form of one message record. The version byte before it is the bus's business; a codec reads and writes the
 * body alone, and must refuse what is out of bounds: it runs on bytes from the wire.
 */
public interface Codec<T> {
    /** Appends {@code message} to {@code out}. */
    void encode(T message, WireWriter out);

    /**
     * Reads one message.
     *
     * @throws WireException if the bytes are not one
     */
    T decode(WireReader in);
}
