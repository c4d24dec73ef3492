/** What fuzz tests share; they themselves stand in the packages of what they test. */
@NullMarked
package dev.weir.fuzz;

import org.jspecify.annotations.NullMarked;
