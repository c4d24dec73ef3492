package dev.weir.contracts;

/**
 * A bus address that is told, by anyone to all who listen; nobody answers.
 *
 * @param name the address on the bus
 * @param codec the wire form of what is told
 */
public record Topic<N>(String name, Codec<N> codec) {}
