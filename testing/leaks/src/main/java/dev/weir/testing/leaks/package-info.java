/** Lost buffers make tests fail. Read {@link dev.weir.testing.leaks.LeakCheck} first. */
@NullMarked
package dev.weir.testing.leaks;

import org.jspecify.annotations.NullMarked;
