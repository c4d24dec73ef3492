package dev.weir.edge.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Settings;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a client's side of an HTTP/2 connection has to begin with: the preface, and SETTINGS that can be applied (RFC 9113
 * §3.4). Vert.x logs each that doesn't as an error. Lives on a single event loop.
 */
final class Http2Opening {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEAD = 9;
    private static final int SETTING = 6;
    private static final int LARGEST_PAYLOAD = 16 * 1024;
    private static final int ACK = 0x1;

    private int prefaceRead;
    private boolean complete;

    /** Whether preface and settings were read. */
    boolean isComplete() {
        return complete;
    }

    /** How many of these octets belong to the preface; negative if they differ from it. */
    int preface(ByteBuf in) {
        int octets = Math.min(PREFACE.length - prefaceRead, in.readableBytes());
        for (int i = 0; i < octets; i++) {
            if (in.getByte(in.readerIndex() + i) != PREFACE[prefaceRead + i]) {
                return -1;
            }
        }
        prefaceRead += octets;
        return octets;
    }

    /** Reads the frame behind the preface, once it is there: what the connection is to be ended with, if anything. */
    Optional<Http2Error> settings(ByteBuf in) {
        if (prefaceRead < PREFACE.length || in.readableBytes() < FRAME_HEAD) {
            return Optional.empty();
        }
        int at = in.readerIndex();
        int payload = in.getUnsignedMedium(at);
        boolean ack = (in.getByte(at + 4) & ACK) != 0;
        int stream = in.getInt(at + 5) & 0x7fffffff;
        if (in.getByte(at + 3) != Http2FrameTypes.SETTINGS || ack || stream != 0) {
            return Optional.of(Http2Error.PROTOCOL_ERROR);
        }
        if (payload % SETTING != 0 || payload > LARGEST_PAYLOAD) {
            return Optional.of(Http2Error.FRAME_SIZE_ERROR);
        }
        if (in.readableBytes() < FRAME_HEAD + payload) {
            return Optional.empty();
        }
        complete = true;
        return values(in, at + FRAME_HEAD, payload / SETTING);
    }

    /** A GOAWAY that says so, for a connection on which no stream was opened. */
    static ByteBuf goAway(ChannelHandlerContext ctx, Http2Error fault) {
        return ctx.alloc()
                .buffer(FRAME_HEAD + 8)
                .writeMedium(8)
                .writeByte(Http2FrameTypes.GO_AWAY)
                .writeByte(0)
                .writeInt(0)
                .writeInt(0)
                .writeInt((int) fault.code());
    }

    private static Optional<Http2Error> values(ByteBuf in, int from, int count) {
        for (int i = 0; i < count; i++) {
            int key = in.getUnsignedShort(from + i * SETTING);
            try {
                // By the codec's own rules.
                new Http2Settings().put((char) key, (Long) in.getUnsignedInt(from + i * SETTING + 2));
            } catch (IllegalArgumentException outOfRange) {
                return Optional.of(
                        key == Http2CodecUtil.SETTINGS_INITIAL_WINDOW_SIZE
                                ? Http2Error.FLOW_CONTROL_ERROR
                                : Http2Error.PROTOCOL_ERROR);
            }
        }
        return Optional.empty();
    }
}
