package dev.weir.edge.listener;

import dev.weir.edge.listener.RecentStreams.End;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldLimits;
import dev.weir.http.HeaderFields;
import dev.weir.http.RefusalReason;
import dev.weir.http.RequestCheck;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before Netty's codec on every HTTP/2 connection, decompresses each field block by itself and holds it to the
 * rules before anything else sees it, as the codec and Vert.x sort, merge and let pass. Lives on a single event loop, one
 * for each connection.
 *
 * <p>A block that breaks a rule goes on to the codec all the same, or its table of fields would no longer be the
 * client's; but what the codec makes of it is refused on its way to Vert.x, and the stream is reset (RFC 9113 §8.1.1).
 */
// A close of Netty reports its failure to the pipeline.
@SuppressWarnings("FutureReturnValueIgnored")
final class Http2Guard extends ChannelInboundHandlerAdapter {
    static final String NAME = "http2Guard";

    private static final Logger LOG = LoggerFactory.getLogger(Http2Guard.class);

    /** As many as the codec takes. */
    static final int SMALL_CONTINUATIONS = 16;

    private static final int PREFACE = 24;
    private static final int FRAME_HEAD = 9;
    private static final int LARGEST_PAYLOAD = 16 * 1024;
    private static final int END_STREAM = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;

    private final GuardedListener listener;
    private final FieldLimits limits;
    private final Http2FrameReader reader;
    private final BlockListener blocks = new BlockListener();
    private final RecentStreams recent = new RecentStreams();
    private final Deadline deadline = new Deadline(this::blockOverdue);
    private int prefaceLeft = PREFACE;
    private @Nullable ByteBuf held;
    private @Nullable Codec codec;
    private int lastStream;
    private boolean inBlock;
    private boolean overdueSet;
    private boolean over;

    // What the field block turned out to be whose last frame is on its way to the codec.
    private @Nullable RefusalReason fault;
    private @Nullable CanonicalRequest head;
    private @Nullable HeaderFields trailers;

    /**
     * The codec behind this guard.
     *
     * @param handler in the pipeline
     * @param requests where its streams carry what is known of their request
     */
    private record Codec(
            ChannelHandlerContext context, Http2ConnectionHandler handler, Http2Connection.PropertyKey requests) {
        Http2Connection connection() {
            return handler.connection();
        }

        @Nullable
        Http2Request request(@Nullable Http2Stream stream) {
            return stream == null ? null : stream.getProperty(requests);
        }
    }

    Http2Guard(GuardedListener listener) {
        this.listener = listener;
        long head = listener.limits().head().toInt();
        limits = new FieldLimits(listener.limits().fields(), (int) head);
        reader = new DefaultHttp2FrameReader(new FieldBlock.Decoder(head), SMALL_CONTINUATIONS);
    }

    /** What is known of the request on this stream; null if it isn't open. */
    @Nullable
    Http2Request request(int stream) {
        return codec == null ? null : codec.request(codec.connection().stream(stream));
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
        if (prefaceLeft > 0) {
            int octets = Math.min(prefaceLeft, held.readableBytes());
            prefaceLeft -= octets;
            pass(ctx, held, octets);
        }
        if (prefaceLeft == 0 && held.isReadable()) {
            frames(ctx, held, codec(ctx));
        }
        if (held != null && !held.isReadable()) {
            held.release();
            held = null;
        }
        watch(ctx);
    }

    /** Finds the codec, which Vert.x builds at the end of the preface, and takes its place before Vert.x. */
    private Codec codec(ChannelHandlerContext ctx) {
        if (codec == null) {
            ChannelHandlerContext context = ctx.pipeline().context(Http2ConnectionHandler.class);
            if (context == null) {
                throw new IllegalStateException("pipeline: " + ctx.pipeline().names() + " (expected: an HTTP/2 codec)");
            }
            Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
            codec = new Codec(context, handler, handler.connection().newKey());
            handler.decoder().frameListener(new Judged(handler.decoder().frameListener(), codec));
        }
        return codec;
    }

    /** Passes on all whole frames in {@code in}; those of a field block one by one, once they are read here. */
    private void frames(ChannelHandlerContext ctx, ByteBuf in, Codec to) {
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
            } else {
                whole += FRAME_HEAD + payload;
                if (type == Http2FrameTypes.DATA && !isSound(ctx, in, at, flags, payload, to)) {
                    pass(ctx, in, whole);
                    whole = 0;
                }
            }
        }
        pass(ctx, in, whole);
    }

    private static void pass(ChannelHandlerContext ctx, ByteBuf in, int octets) {
        if (octets > 0 && octets <= in.readableBytes()) {
            ctx.fireChannelRead(in.readRetainedSlice(octets));
        }
    }

    /** Reads a frame of a field block, and lets the codec do the same. */
    private void block(ChannelHandlerContext ctx, ByteBuf in, int length, int flags, Codec to) {
        inBlock = (flags & END_HEADERS) == 0;
        try {
            reader.readFrame(ctx, in.slice(in.readerIndex(), length), blocks);
            if (!inBlock) {
                judge(ctx, to);
            }
        } catch (Http2Exception e) {
            // The codec comes to the same end; here it is only told.
            boolean tooLarge = Http2Exception.isStreamError(e);
            report(ctx, tooLarge ? RefusalReason.FIELDS_TOO_LARGE : RefusalReason.FIELD_BLOCK, HeaderFields.empty());
            if (!tooLarge) {
                stop(ctx, in);
                return;
            }
        }
        blocks.read = null;
        if (!over) {
            pass(ctx, in, length);
        }
        fault = null;
        head = null;
        trailers = null;
    }

    private void judge(ChannelHandlerContext ctx, Codec to) {
        FieldBlock read = blocks.read;
        if (read == null) {
            return;
        }
        int id = blocks.stream;
        Http2Stream stream = to.connection().stream(id);
        Http2Request request = to.request(stream);
        HeaderFields fields = read.fields();
        if (stream == null && id > lastStream) {
            opened(id);
            head(fields);
            if (fault != null) {
                createFor(to, id);
            }
        } else if (stream == null) {
            late(ctx, to, id);
            return;
        } else if (!stream.state().remoteSideOpen()) {
            // The codec would take it for a block too many, which is another error (RFC 9113 §5.1).
            to.handler()
                    .onError(
                            to.context(),
                            false,
                            Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "HEADERS behind END_STREAM"));
            return;
        } else if (request != null) {
            trailers(request, fields);
        }
        if (fault != null) {
            report(ctx, fault, fields);
        }
        if (blocks.endStream) {
            recent.ended(id);
        }
    }

    private void opened(int id) {
        if (id > lastStream) {
            lastStream = id;
            recent.opened(id);
        }
    }

    /**
     * The codec forgets a stream whose first block it refuses by itself, and would take the content behind it for an
     * error of the connection.
     */
    private static void createFor(Codec to, int id) {
        try {
            to.connection().remote().createStream(id, false);
        } catch (Http2Exception e) {
            // Too many streams, or no valid id: the codec says so by itself.
            LOG.trace("stream {} not created", id, e);
        }
    }

    private void head(HeaderFields fields) {
        RequestCheck check = RequestCheck.http2(fields, blocks.endStream, limits);
        if (check instanceof RequestCheck.Accepted accepted) {
            head = accepted.request();
        } else {
            fault = ((RequestCheck.Refused) check).reason();
        }
    }

    private void trailers(Http2Request request, HeaderFields fields) {
        Optional<RefusalReason> wrong =
                blocks.endStream ? RequestCheck.http2Trailers(fields, limits) : Optional.of(RefusalReason.TRAILER);
        if (wrong.isPresent()) {
            fault = wrong.get();
        } else if (!request.content(0, true)) {
            fault = RefusalReason.CONTENT;
        } else {
            trailers = fields;
        }
    }

    /** A field block on a stream that isn't open any more, or was left out. */
    private void late(ChannelHandlerContext ctx, Codec to, int id) {
        End end = recent.endOf(id);
        if (end == End.ENDED || end == End.SKIPPED) {
            report(ctx, RefusalReason.FIELD_BLOCK, HeaderFields.empty());
            over = true;
            Http2Error error = end == End.ENDED ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
            to.handler()
                    .onError(
                            to.context(),
                            false,
                            Http2Exception.connectionError(error, "HEADERS on stream %d, which is closed", id));
        }
    }

    /** Whether the content of a stream can still be as long as was announced. If not, the codec resets the stream. */
    private boolean isSound(ChannelHandlerContext ctx, ByteBuf in, int at, int flags, int payload, Codec to) {
        int id = in.getInt(at + 5) & 0x7fffffff;
        boolean last = (flags & END_STREAM) != 0;
        Http2Stream stream = to.connection().stream(id);
        Http2Request request = to.request(stream);
        if (request == null || stream == null || !stream.state().remoteSideOpen()) {
            return true;
        }
        if (last) {
            recent.ended(id);
        }
        int padding = (flags & PADDED) != 0 && payload > 0 ? 1 + in.getUnsignedByte(at + FRAME_HEAD) : 0;
        if (padding <= payload && !request.content(payload - padding, last)) {
            report(ctx, RefusalReason.CONTENT, HeaderFields.empty());
            return false;
        }
        return true;
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

    /** A field block has to be there whole within the time for a head, from its first octet. */
    private void watch(ChannelHandlerContext ctx) {
        boolean waiting = !over && (prefaceLeft > 0 || inBlock || isBlock(held));
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
        reader.close();
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** Takes the block that was read. */
    private static final class BlockListener extends Http2FrameAdapter {
        private @Nullable FieldBlock read;
        private int stream;
        private boolean endStream;

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers fields, int padding, boolean endOfStream) {
            read = (FieldBlock) fields;
            stream = streamId;
            endStream = endOfStream;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, fields, padding, endOfStream);
        }
    }

    /** What Vert.x hears of the connection: no field block but those that were found sound. */
    private final class Judged extends Http2FrameListenerDecorator {
        private final Codec from;

        Judged(Http2FrameListener vertx, Codec from) {
            super(vertx);
            this.from = from;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
            super.onSettingsRead(ctx, settings);
            // On the first settings Vert.x puts another listener in its own place, and so in ours.
            Http2FrameListener current = from.handler().decoder().frameListener();
            if (!(current instanceof Judged)) {
                from.handler().decoder().frameListener(new Judged(current, from));
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers fields, int padding, boolean endOfStream)
                throws Http2Exception {
            admit(streamId, fields);
            super.onHeadersRead(ctx, streamId, fields, padding, endOfStream);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream)
                throws Http2Exception {
            admit(streamId, fields);
            super.onHeadersRead(ctx, streamId, fields, dependency, weight, exclusive, padding, endOfStream);
        }

        private void admit(int streamId, Http2Headers fields) throws Http2Exception {
            Http2Stream stream = from.connection().stream(streamId);
            if (fault != null) {
                throw refusal(streamId, fault);
            }
            if (head != null) {
                stream.setProperty(from.requests(), new Http2Request(head));
                // Vert.x compares Host with the authority as texts, and refuses what names the same.
                fields.remove(HttpHeaderNames.HOST);
                fields.authority(head.authority().toString());
                return;
            }
            Http2Request request = from.request(stream);
            if (request == null || trailers == null) {
                throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "unread field block");
            }
            request.trailers(trailers);
        }

        private static Http2Exception refusal(int streamId, RefusalReason reason) {
            return reason.status() == 431
                    ? Http2Exception.headerListSizeError(streamId, Http2Error.PROTOCOL_ERROR, true, reason.token())
                    : Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, reason.token());
        }
    }
}
