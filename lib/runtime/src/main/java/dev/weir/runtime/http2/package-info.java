/** What HTTP/2 connections of Vert.x need besides. Read {@link dev.weir.runtime.http2.StreamRoom} first. */
@NullMarked
package dev.weir.runtime.http2;

import org.jspecify.annotations.NullMarked;
