/** What the guard of a listener costs. It stands in the listener's own package, to get at what isn't public. */
@NullMarked
package dev.weir.edge.listener;

import org.jspecify.annotations.NullMarked;
