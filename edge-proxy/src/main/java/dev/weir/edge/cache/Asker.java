package dev.weir.edge.cache;

import java.util.function.Supplier;

/**
 * What this edge says of itself where it asks for others too.
 *
 * @param node its name
 * @param instance random, made at the start of its process
 * @param address {@code host:port} of its body channel, as far as it is known; empty if it can't be followed
 */
record Asker(String node, String instance, Supplier<String> address) {}
