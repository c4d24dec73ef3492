package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;

/**
 * Stands in the stream of decoded parts where the rest of an answer would: nothing of it comes any more.
 *
 * @param type what went wrong
 * @param detail for the log
 */
record BrokenAnswer(ProxyError type, String detail) {}
