/**
 * The grammar of HTTP/1 messages, octet by octet (RFC 9112): what a head and the framing of its content may look like
 * before any decoder sees them, for requests and for answers alike. Pure but for reading buffers. Read {@link
 * dev.weir.edge.wire.MessageScan} first.
 */
@NullMarked
package dev.weir.edge.wire;

import org.jspecify.annotations.NullMarked;
