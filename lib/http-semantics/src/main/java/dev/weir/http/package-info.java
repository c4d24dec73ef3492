/**
 * HTTP semantics (RFC 9110) as immutable values and pure functions: no I/O, no clock, JDK only. Read
 * {@link dev.weir.http.HeaderFields} first.
 */
@NullMarked
package dev.weir.http;

import org.jspecify.annotations.NullMarked;
