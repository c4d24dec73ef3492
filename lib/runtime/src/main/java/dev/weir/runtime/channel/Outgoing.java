package dev.weir.runtime.channel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream as its sender sees it: frames go out as long as there is room, and beats between them. Either it is
 * {@link #refuse refused} at once, or frames are sent until it is {@link #end ended}. Once it is over nothing more happens.
 * Lives on the channel's event loop.
 */
public final class Outgoing {
    /** Octets that have been handed over and haven't left. */
    private static final int AHEAD = 2 * ChannelServer.WINDOW;

    private final HttpServerResponse response;
    private final HttpConnection connection;
    private final ChannelMeters meters;
    private final LongSupplier nanos;
    private @Nullable Runnable whenRoom;
    private @Nullable Runnable whenGone;
    private long lastSent;
    private int onTheWay;
    private long fullSince;
    private boolean full;
    private boolean over;

    Outgoing(HttpServerResponse response, HttpConnection connection, ChannelMeters meters, LongSupplier nanos) {
        this.response = response;
        this.connection = connection;
        this.meters = meters;
        this.nanos = nanos;
        // The first beat is due at once: who asked hears that it is heard.
        this.lastSent = nanos.getAsLong() - Silence.BEAT.toNanos();
    }

    /** There is nothing under the name that was asked for. */
    public void refuse() {
        if (!over) {
            over = true;
            meters.refused.increment();
            unheeded(response.setStatusCode(404).end());
        }
    }

    /** Whether nothing more should be sent until {@link #whenRoom}. */
    public boolean isFull() {
        if (over) {
            return true;
        }
        boolean now = onTheWay >= AHEAD || response.writeQueueFull();
        if (now && !full) {
            fullSince = nanos.getAsLong();
        }
        full = now;
        return now;
    }

    /** Whether it was ended or refused, or nobody reads it any more. */
    public boolean isOver() {
        return over;
    }

    /** Calls {@code action} whenever there is room again. */
    public void whenRoom(Runnable action) {
        whenRoom = action;
    }

    /** Calls {@code action} once if nobody reads it any more, before it was ended. */
    public void whenGone(Runnable action) {
        whenGone = action;
    }

    /** Sends a frame whose content is at most {@link FrameKind#most} long. */
    public void send(FrameKind kind, Buffer content) {
        if (!over) {
            Buffer frame = Buffer.buffer(FrameReader.HEADER + content.length())
                    .appendUnsignedByte((short) kind.number())
                    .appendInt(bounded(kind, content.length()))
                    .appendBuffer(content);
            sent(frame.length());
            unheeded(response.write(frame));
        }
    }

    /** Sends octets of the body, without copying them; they are released when they have left, or can't. */
    public void sendPiece(ByteBuf octets) {
        if (over) {
            octets.release();
            return;
        }
        int length = bounded(FrameKind.PIECE, octets.readableBytes());
        ByteBuf header = Unpooled.buffer(FrameReader.HEADER).writeByte(FrameKind.PIECE.number());
        ByteBuf frame = Unpooled.wrappedBuffer(header.writeInt(length), octets);
        sent(frame.readableBytes());
        // What Vert.x writes it doesn't release.
        onTheWay += length;
        unheeded(response.write(BufferInternal.buffer(frame)).onComplete(written -> left(frame, length)));
    }

    private void left(ByteBuf frame, int length) {
        frame.release();
        boolean was = onTheWay >= AHEAD;
        onTheWay -= length;
        if (was && onTheWay < AHEAD) {
            room();
        }
    }

    private static int bounded(FrameKind kind, int length) {
        if (length > kind.most()) {
            throw new IllegalArgumentException(
                    kind + ": " + length + " octets (expected: at most " + kind.most() + ")");
        }
        return length;
    }

    /** All was sent. */
    public void end() {
        if (!over) {
            over = true;
            unheeded(response.end());
        }
    }

    /** Cuts it off, so that nobody takes it for ended. */
    public void cut() {
        if (!over) {
            over = true;
            unheeded(response.reset());
        }
    }

    // Of the channel.

    HttpConnection connection() {
        return connection;
    }

    void beat(long now) {
        if (!over && now - lastSent >= Silence.BEAT.toNanos() / 2 && !isFull()) {
            send(FrameKind.BEAT, Buffer.buffer());
        }
    }

    /** For how long there has been no room, in nanoseconds. */
    long fullFor(long now) {
        return full && isFull() && !over ? now - fullSince : 0;
    }

    void room() {
        full = false;
        Runnable action = whenRoom;
        if (!over && action != null) {
            action.run();
        }
    }

    void gone() {
        if (!over) {
            over = true;
            Runnable action = whenGone;
            if (action != null) {
                action.run();
            }
        }
    }

    private void sent(int octets) {
        lastSent = nanos.getAsLong();
        meters.sentOctets.add(octets);
    }

    /** Who reads may be gone: that is heard of from the stream itself. */
    private static void unheeded(Future<Void> written) {
        written.onFailure(gone -> {});
    }
}
