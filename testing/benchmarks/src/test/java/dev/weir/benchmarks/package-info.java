/** What Weir's figures are compared with. */
@NullMarked
package dev.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
