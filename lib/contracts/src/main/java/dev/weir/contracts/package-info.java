/**
 * What crosses the bus: typed addresses, and the wire forms of message records. Read
 * {@link dev.weir.contracts.Addresses} first.
 */
@NullMarked
package dev.weir.contracts;

import org.jspecify.annotations.NullMarked;
