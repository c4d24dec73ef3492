package dev.weir.contracts;

/**
 * A bus address that is asked and answers.
 *
 * @param name the address on the bus
 * @param request the wire form of what is asked
 * @param reply the wire form of the answer
 */
public record Address<Q, A>(String name, Codec<Q> request, Codec<A> reply) {}
