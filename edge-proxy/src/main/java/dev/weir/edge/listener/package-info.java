/**
 * The sockets of the edge: head guard, TLS with reload, HTTP/1 and HTTP/2, limits. Read {@link
 * dev.weir.edge.listener.EdgeListener} first, then {@link dev.weir.edge.listener.HeadGuard}. All use of Vert.x's internal
 * classes for the client side stays in this package.
 */
@NullMarked
package dev.weir.edge.listener;

import org.jspecify.annotations.NullMarked;
