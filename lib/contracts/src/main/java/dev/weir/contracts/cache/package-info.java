/** Messages of cache-service. Read {@link dev.weir.contracts.cache.CacheLookup} first. */
@NullMarked
package dev.weir.contracts.cache;

import org.jspecify.annotations.NullMarked;
