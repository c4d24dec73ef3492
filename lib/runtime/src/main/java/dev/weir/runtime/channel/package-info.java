/**
 * Long bodies from process to process, as streams of frames over HTTP/2, beside the bus. Read
 * {@link dev.weir.runtime.channel.BodyChannel} first, then {@link dev.weir.runtime.channel.FrameKind}.
 */
@NullMarked
package dev.weir.runtime.channel;

import org.jspecify.annotations.NullMarked;
