package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response being taken down as it passes, to be stored if it ends well. What grows too large, or does not
 * arrive whole, leaves no trace. Confined to one event loop. Exactly one of {@link #complete} and {@link #abort} ends
 * it; what comes after the end is ignored.
 */
public final class Recording {
    private static final int FIRST_BYTES = 4 * 1024;
    private static final int MOST_AT_FIRST = 64 * 1024;

    private final EdgeCache cache;
    private final Draft draft;
    private final OptionalLong expected;
    private final long most;
    private @Nullable ByteBuf body;
    private long reserved;

    /**
     * Everything about the response but its body.
     *
     * @param key it is stored under
     * @param request fields of the request
     * @param head of the response
     * @param fill it belongs to
     */
    record Draft(CacheKey key, HeaderFields request, StoredHead head, Fill fill) {}

    Recording(EdgeCache cache, Draft draft, OptionalLong expected, long most) {
        this.cache = cache;
        this.draft = draft;
        this.expected = expected;
        this.most = most;
        if (expected.orElse(0) > most) {
            cache.counters().count(CacheCounter.RECORD_TOO_BIG);
        } else {
            begin();
        }
    }

    /** Whether it still has a chance to be stored. */
    public boolean isActive() {
        return body != null;
    }

    /** Takes down a piece of the body, in order; {@code piece} is copied. */
    public void append(Buffer piece) {
        ByteBuf into = body;
        if (into == null) {
            return;
        }
        if (into.readableBytes() + (long) piece.length() > most) {
            end(CacheCounter.RECORD_TOO_BIG);
        } else if (!cache.reserve(piece.length())) {
            end(CacheCounter.RECORD_NO_MEMORY);
        } else {
            reserved += piece.length();
            write(into, ((BufferInternal) piece).getByteBuf());
        }
    }

    /**
     * The response has arrived whole: stores it, unless its length is not what it said, or a purge came since the fill
     * began.
     */
    public void complete(HeaderFields trailers) {
        ByteBuf whole = body;
        if (whole == null) {
            return;
        }
        if (expected.isPresent() && expected.getAsLong() != whole.readableBytes()) {
            end(CacheCounter.RECORD_BROKEN);
            return;
        }
        body = null;
        try {
            cache.recorded(draft, whole, trailers);
        } finally {
            giveBack();
        }
    }

    /** The response did not arrive whole, or must not be stored after all. */
    public void abort() {
        if (body != null) {
            end(CacheCounter.RECORD_ABORTED);
        }
    }

    private void begin() {
        long first = Math.max(1, Math.min(expected.orElse(FIRST_BYTES), MOST_AT_FIRST));
        try {
            body = PooledByteBufAllocator.DEFAULT.directBuffer((int) first);
        } catch (OutOfMemoryError e) {
            cache.counters().count(CacheCounter.RECORD_NO_MEMORY);
        }
    }

    private void write(ByteBuf into, ByteBuf piece) {
        try {
            into.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
        } catch (OutOfMemoryError e) {
            end(CacheCounter.RECORD_NO_MEMORY);
        }
    }

    private void end(CacheCounter why) {
        ByteBuf given = body;
        body = null;
        if (given != null) {
            given.release();
        }
        giveBack();
        cache.counters().count(why);
    }

    private void giveBack() {
        cache.giveBack(reserved);
        reserved = 0;
    }
}
