/**
 * The policy language: rules and lists, compiled, evaluated, and carried as a signed revision. Pure: no I/O, no clock.
 * Read {@link dev.weir.policy.Policy} first.
 */
@NullMarked
package dev.weir.policy;

import org.jspecify.annotations.NullMarked;
