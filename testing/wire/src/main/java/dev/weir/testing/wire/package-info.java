/** Requests as octets and what has to become of them. Read {@code requests.txt} first, then {@link dev.weir.testing.wire.Trial}. */
@NullMarked
package dev.weir.testing.wire;

import org.jspecify.annotations.NullMarked;
