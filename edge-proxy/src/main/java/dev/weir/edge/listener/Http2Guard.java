package dev.weir.edge.listener;

import dev.weir.http.FieldLimits;
import dev.weir.http.HeaderFields;
import dev.weir.http.RefusalReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Netty's codec on every HTTP/2 connection, decompresses each field block by itself and holds it to the
 * rules before anything else sees it, as the codec and Vert.x sort, merge and let pass. Lives on a single event loop, one
 * for each connection.
 *
 * <p>A block that breaks a rule goes on to the codec all the same, or its table of fields would no longer be the
 * client's; but what the codec makes of it is refused on its way to Vert.x ({@link JudgedListener}), and the stream is
 * reset (RFC 9113 §8.1.1).
 */
// A close of Netty reports its failure to the pipeline.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Guard extends ChannelInboundHandlerAdapter {
    static final String NAME = "http2Guard";

    private static final BlockFinding NOTHING = new BlockFinding.Stray();
    private static final int FRAME_HEAD = 9;
    private static final int LARGEST_PAYLOAD = 16 * 1024;
    private static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;

    private final GuardedListener listener;
    private final BlockReader blocks;
    private final StreamRules rules;
    private final Deadline deadline = new Deadline(this::blockOverdue);
    private final Http2Opening opening = new Http2Opening();
    private @Nullable ByteBuf held;
    private @Nullable Http2Codec codec;
    private boolean inBlock;
    private boolean overdueSet;
    private boolean over;
    /** On the field block whose last frame is on its way to the codec. */
    private BlockFinding finding = NOTHING;

    Http2Guard(GuardedListener listener) {
        this.listener = listener;
        int head = listener.limits().head().toInt();
        rules = new StreamRules(new FieldLimits(listener.limits().fields(), head));
        blocks = new BlockReader(head);
    }

    /** What is known of the request on this stream; null if it isn't open. */
    @Nullable
    Http2Request request(int stream) {
        return codec == null ? null : codec.request(codec.stream(stream));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ctx.fireChannelRead(message);
            return;
        }
        if (over) {
            in.release();
            return;
        }
        held = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        if (!opening.isComplete()) {
            open(ctx, held);
        }
        if (!over && opening.isComplete() && held.isReadable()) {
            frames(ctx, held, codec(ctx));
        }
        if (held != null && !held.isReadable()) {
            held.release();
            held = null;
        } else if (held != null && held.refCnt() == 1) {
            // Else it grows for as long as every read ends within a frame.
            held.discardSomeReadBytes();
        }
        watch(ctx);
    }

    /** Passes the preface on. What is no beginning of HTTP/2 is ended here, where nobody fills a log with it. */
    private void open(ChannelHandlerContext ctx, ByteBuf in) {
        int octets = opening.preface(in);
        Optional<Http2Error> fault;
        if (octets < 0) {
            fault = Optional.of(Http2Error.PROTOCOL_ERROR);
        } else {
            pass(ctx, in, octets);
            fault = opening.settings(in);
        }
        if (fault.isPresent()) {
            over = true;
            byte[] begun = new byte[Math.min(in.readableBytes(), GuardedListener.EXCERPT)];
            in.getBytes(in.readerIndex(), begun);
            listener.refused(ctx.channel(), "preface", begun, begun.length);
            in.skipBytes(in.readableBytes());
            ByteBuf end = Http2Opening.goAway(ctx, fault.get());
            ctx.writeAndFlush(end).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private Http2Codec codec(ChannelHandlerContext ctx) {
        Http2Codec known = codec;
        if (known == null) {
            known = Http2Codec.in(ctx);
            codec = known;
            JudgedListener.place(known, () -> finding);
        }
        return known;
    }

    /** Passes on all whole frames in {@code in}; those of a field block one by one, once they are read here. */
    private void frames(ChannelHandlerContext ctx, ByteBuf in, Http2Codec to) {
        int whole = 0;
        while (!over && in.readableBytes() - whole >= FRAME_HEAD) {
            int at = in.readerIndex() + whole;
            int payload = in.getUnsignedMedium(at);
            if (payload > LARGEST_PAYLOAD) {
                // The codec ends the connection over it.
                stop(ctx, in);
                return;
            }
            if (in.readableBytes() - whole < FRAME_HEAD + payload) {
                break;
            }
            int type = in.getByte(at + 3);
            int flags = in.getUnsignedByte(at + 4);
            if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
                pass(ctx, in, whole);
                whole = 0;
                block(ctx, in, FRAME_HEAD + payload, flags, to);
            } else if (type == Http2FrameTypes.DATA && !inBlock && rules.isReset(streamOf(in, at), to)) {
                // The codec would reset it once more for each frame, and break off the connection over so many resets.
                pass(ctx, in, whole);
                whole = 0;
                to.drop(in.slice(in.readerIndex() + FRAME_HEAD, payload));
                in.skipBytes(FRAME_HEAD + payload);
            } else {
                whole += FRAME_HEAD + payload;
                if (type == Http2FrameTypes.RST_STREAM) {
                    rules.left(streamOf(in, at));
                } else if (type == Http2FrameTypes.DATA && !isSound(ctx, in, at, flags, payload, to)) {
                    pass(ctx, in, whole);
                    whole = 0;
                }
            }
            // What begins behind a whole frame has the time for a head to itself.
            overdueSet &= inBlock;
        }
        pass(ctx, in, whole);
    }

    private static int streamOf(ByteBuf in, int frame) {
        return in.getInt(frame + 5) & 0x7fffffff;
    }

    private static void pass(ChannelHandlerContext ctx, ByteBuf in, int octets) {
        if (octets > 0 && octets <= in.readableBytes()) {
            ctx.fireChannelRead(in.readRetainedSlice(octets));
        }
    }

    /** Reads a frame of a field block, and lets the codec do the same. */
    private void block(ChannelHandlerContext ctx, ByteBuf in, int length, int flags, Http2Codec to) {
        inBlock = (flags & END_HEADERS) == 0;
        try {
            Optional<BlockReader.Block> whole = blocks.read(ctx, in.slice(in.readerIndex(), length));
            if (whole.isPresent()) {
                finding = rules.of(whole.get(), to);
                judged(ctx, to);
            }
        } catch (Http2Exception e) {
            // The codec comes to the same end; here it is only told.
            boolean tooLarge = Http2Exception.isStreamError(e);
            report(ctx, tooLarge ? RefusalReason.FIELDS_TOO_LARGE : RefusalReason.FIELD_BLOCK, HeaderFields.empty());
            if (!tooLarge) {
                stop(ctx, in);
                return;
            }
            rules.unread(Http2Exception.streamId(e));
        }
        if (!over) {
            pass(ctx, in, length);
        }
        finding = NOTHING;
    }

    private void judged(ChannelHandlerContext ctx, Http2Codec to) {
        if (finding instanceof BlockFinding.Malformed malformed) {
            report(ctx, malformed.reason(), malformed.fields());
        } else if (finding instanceof BlockFinding.Misplaced misplaced) {
            if (!Http2Exception.isStreamError(misplaced.error())) {
                report(ctx, RefusalReason.FIELD_BLOCK, HeaderFields.empty());
                over = true;
            }
            to.fail(misplaced.error());
        }
    }

    /** Whether a DATA frame leaves its stream sound. If not, the codec resets it. */
    private boolean isSound(ChannelHandlerContext ctx, ByteBuf in, int at, int flags, int payload, Http2Codec to) {
        int padding = (flags & PADDED) != 0 && payload > 0 ? 1 + in.getUnsignedByte(at + FRAME_HEAD) : 0;
        if (padding > payload) {
            // The codec ends the connection over it.
            return true;
        }
        if (rules.takes(streamOf(in, at), payload - padding, (flags & END_STREAM) != 0, to)) {
            return true;
        }
        report(ctx, RefusalReason.CONTENT, HeaderFields.empty());
        return false;
    }

    /** Everything that has come goes to the codec, for the last time: it ends the connection over it. */
    private void stop(ChannelHandlerContext ctx, ByteBuf in) {
        over = true;
        pass(ctx, in, in.readableBytes());
        if (codec != null && !codec.connection().goAwaySent()) {
            ctx.close();
        }
    }

    private void report(ChannelHandlerContext ctx, RefusalReason reason, HeaderFields fields) {
        StringBuilder excerpt = new StringBuilder();
        for (int i = 0; i < fields.size() && excerpt.length() < GuardedListener.EXCERPT; i++) {
            excerpt.append(i == 0 ? "" : " ")
                    .append(fields.name(i))
                    .append(": ")
                    .append(fields.value(i));
        }
        byte[] octets = excerpt.toString().getBytes(StandardCharsets.ISO_8859_1);
        listener.refused(ctx.channel(), reason.token(), octets, octets.length);
    }

    /** The opening, and then each field block, has to be there whole within the time for a head, from its first octet. */
    private void watch(ChannelHandlerContext ctx) {
        boolean waiting = !over && (!opening.isComplete() || inBlock || isBlock(held));
        if (waiting && !overdueSet) {
            deadline.set(ctx, listener.timeouts().head());
        } else if (!waiting) {
            deadline.clear();
        }
        overdueSet = waiting;
    }

    private static boolean isBlock(@Nullable ByteBuf begun) {
        return begun != null
                && (begun.readableBytes() < 4 || begun.getByte(begun.readerIndex() + 3) == Http2FrameTypes.HEADERS);
    }

    private void blockOverdue(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved()) {
            over = true;
            listener.refused(ctx.channel(), "slow", new byte[0], 0);
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        release();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private void release() {
        over = true;
        deadline.cancel();
        blocks.close();
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
