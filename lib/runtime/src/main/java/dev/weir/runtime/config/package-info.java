/**
 * The whole of {@code weir.yaml} as one tree of records, with units, defaults and ranges. Read
 * {@link dev.weir.runtime.config.WeirConfig} first; {@link dev.weir.runtime.config.WeirConfigReader} makes it.
 */
@NullMarked
package dev.weir.runtime.config;

import org.jspecify.annotations.NullMarked;
