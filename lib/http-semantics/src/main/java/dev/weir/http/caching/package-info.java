/**
 * Caching as a shared cache does it (RFC 9111, 5861, 9211), decided by pure functions; time is an argument. Read
 * {@link dev.weir.http.caching.Storability} first, then {@link dev.weir.http.caching.Freshness} and
 * {@link dev.weir.http.caching.Reuse}.
 */
@NullMarked
package dev.weir.http.caching;

import org.jspecify.annotations.NullMarked;
