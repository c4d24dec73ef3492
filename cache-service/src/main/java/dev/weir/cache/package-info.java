/** The shared cache tier over Redis, or over memory. Read {@link dev.weir.cache.CacheService} first, then {@link dev.weir.cache.ResponseStore}. */
@NullMarked
package dev.weir.cache;

import org.jspecify.annotations.NullMarked;
