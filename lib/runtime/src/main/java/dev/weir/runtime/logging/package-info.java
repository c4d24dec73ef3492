/** How a process writes its own log. Read {@link dev.weir.runtime.logging.LogSetup} first. */
@NullMarked
package dev.weir.runtime.logging;

import org.jspecify.annotations.NullMarked;
