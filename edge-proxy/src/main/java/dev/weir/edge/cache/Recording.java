package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response being taken down as it comes, for all who read it and to be stored if it ends well. What grows
 * too large to be stored, or finds no memory, is still read to its end: then what all have read is given back, the
 * fastest sets the pace, and the slowest too as soon as there is no memory for what is between them; who holds the others
 * up by that for too long is let go, and so is, after the end, who keeps from other bodies the memory that they need. What
 * does not arrive whole leaves no trace. What readers still hold counts until the last one has gone: as stored if it was,
 * even when it is evicted meanwhile, else as being recorded. Confined to the event loop of the fetch's leader.
 *
 * Exactly one of {@link #complete} and {@link #fail} ends it; what comes after the end is ignored.
 */
public final class Recording {
    /** How far what isn't stored may be ahead of its fastest reader, and without memory of any. */
    private static final int WINDOW = 4 * ArrivingBody.PIECE;

    /** How often readers that hold up others, or other bodies, are looked after. */
    private static final long LOOK_MILLIS = 250;

    private final BodyMemory memory;
    private final Storing storing;
    private final Draft draft;
    private final OptionalLong expected;
    private final long most;

    /** How far readers may be behind, if there is memory for it. */
    private final long farthest;

    private final Fetch fetch;
    private final @Nullable StoringPart part;
    private final ArrivingBody body = new ArrivingBody();
    private final HeldUp heldUp = new HeldUp();
    private @Nullable Runnable whenRoom;
    private @Nullable Runnable whenFailed;
    private boolean storable = true;
    private boolean paced;
    private boolean full;
    private boolean over;
    private boolean failed;
    private boolean looking;
    private long reserved;
    private long refusals;
    private @Nullable StoredBody stored;

    /**
     * Everything about the response but its body.
     *
     * @param key it is stored under
     * @param request fields of the request
     * @param head of the response
     * @param fill it belongs to
     */
    record Draft(CacheKey key, HeaderFields request, StoredHead head, Fill fill) {}

    /**
     * Of a response of which nothing but the head has come.
     *
     * @param most octets to be stored
     * @param part stores what comes of a part; null for what is stored whole or not at all
     */
    Recording(
            BodyMemory memory,
            Storing storing,
            Draft draft,
            OptionalLong expected,
            long most,
            Fetch fetch,
            @Nullable StoringPart part) {
        this.memory = memory;
        this.storing = storing;
        this.draft = draft;
        this.expected = expected;
        this.most = most;
        this.farthest = Math.max(WINDOW, Math.min(most, memory.shareOfOne()) - WINDOW);
        this.fetch = fetch;
        this.part = part;
        fetch.carries(body);
        fetch.onAbandoned(this::abandoned);
        if (part != null) {
            if (part.isLong()) {
                pace();
            }
        } else if (expected.orElse(0) > most) {
            readOnly(CacheCounter.RECORD_TOO_BIG);
        }
    }

    /** Whether it is taken at the pace of those who read it, however long that takes. */
    public boolean isPaced() {
        return paced;
    }

    /** Whether it still has a chance to be stored. */
    public boolean isActive() {
        return storable && !over;
    }

    /** Whether nothing more should come until {@link #whenRoom}. */
    public boolean isFull() {
        return full;
    }

    /** Calls {@code action} when it is no longer full. */
    public void whenRoom(Runnable action) {
        whenRoom = action;
    }

    /** Calls {@code action} if this fails, for whatever cause: then nobody takes more of the answer. */
    public void whenFailed(Runnable action) {
        whenFailed = action;
        if (failed) {
            action.run();
        }
    }

    /** Takes down a piece of the body, in order; {@code piece} is copied. */
    public void append(Buffer piece) {
        if (over) {
            return;
        }
        if (storable && body.length() + piece.length() > most) {
            readOnly(CacheCounter.RECORD_TOO_BIG);
        }
        try {
            write(((BufferInternal) piece).getByteBuf());
        } catch (OutOfMemoryError e) {
            storing.unstored(draft.key(), CacheCounter.RECORD_NO_MEMORY);
            storable = false;
            fail(new IOException("no memory for the body", e));
            return;
        }
        fetch.wake();
        trim();
    }

    /** It is not stored, however it ends. */
    public void keepNothing() {
        if (storable && !over) {
            if (part != null) {
                part.disown();
            }
            readOnly(CacheCounter.RECORD_ABORTED);
        }
    }

    /**
     * The response has arrived whole: stores it, unless its length is not what it said, or a purge came since the fill
     * began.
     */
    public void complete(HeaderFields trailers) {
        if (over) {
            return;
        }
        if (expected.isPresent() && expected.getAsLong() != body.length()) {
            if (storable) {
                storable = false;
                storing.unstored(draft.key(), CacheCounter.RECORD_BROKEN);
            }
            fail(new IOException(
                    "length: " + body.length() + " (expected: " + expected.getAsLong() + ", as Content-Length says)"));
            return;
        }
        try {
            if (storable && part != null) {
                slice();
                part.end(true);
            } else if (storable) {
                store(trailers);
            }
        } finally {
            // Whatever became of storing it: those who read have it whole, and nobody waits for ever.
            end(new ArrivingBody.End.Whole(trailers));
        }
    }

    /** The response did not arrive whole: nobody has it whole. */
    public void fail(Throwable cause) {
        if (!over) {
            if (storable) {
                storing.unstored(draft.key(), CacheCounter.RECORD_ABORTED);
            }
            if (part != null) {
                part.drop();
            }
            failed = true;
            end(new ArrivingBody.End.Broken(cause));
            run(whenFailed);
        }
    }

    private void store(HeaderFields trailers) {
        StoredBody kept = memory.keep(body).orElse(null);
        if (kept == null) {
            storing.unstored(draft.key(), CacheCounter.RECORD_NO_MEMORY);
            return;
        }
        if (kept.tryRetain()) {
            stored = kept;
            // It counts as stored from now on, but for the last piece: what is stored may have a copy of that.
            giveBack(reserved - body.lastCounted());
        }
        storing.recorded(draft, kept, trailers);
    }

    private void write(ByteBuf data) {
        int index = data.readerIndex();
        int left = data.readableBytes();
        long at = body.length();
        while (left > 0) {
            if (body.newestEnd() == at) {
                grow(at);
            }
            int taken = body.write(data, index, left, at);
            index += taken;
            left -= taken;
            at += taken;
        }
        body.publish(at);
    }

    /** What has come of the newest piece goes to whoever stores it. */
    private void slice() {
        Slice made = storable && part != null ? body.slice(memory) : null;
        if (made != null && part != null) {
            giveBack(body.newestSize());
            part.add(made);
        }
    }

    private void grow(long at) {
        slice();
        int size = body.nextSize(expected.orElse(-1), at);
        boolean counted = (storable || isSpread()) && memory.reserve(size);
        if (counted) {
            reserved += size;
        } else if (storable) {
            readOnly(CacheCounter.RECORD_NO_MEMORY);
        }
        body.grow(size, at, counted);
    }

    /** From here on it is passed on only. */
    private void readOnly(CacheCounter why) {
        storable = false;
        if (part != null) {
            part.end(false);
        }
        pace();
        // Last: who reads the count may rely on the rest.
        storing.unstored(draft.key(), why);
    }

    private void pace() {
        paced = true;
        fetch.paced(this::trim);
    }

    /** Gives back what all have read, and notes whether there is room for more. */
    private void trim() {
        if (!paced) {
            return;
        }
        long length = body.length();
        long slowest = Math.min(fetch.slowest(), length);
        giveBack(body.giveBack(slowest));
        if (over) {
            return;
        }
        long fastest = fetch.fastest();
        // Who reads alone needs no memory; and if there is none because some are too far behind, only they hold up
        // others.
        boolean apart = length - slowest > WINDOW && fastest > slowest;
        long allowed = apart && (hasMemory() || holdsTooMuch()) ? farthest : WINDOW;
        boolean hindered = length - slowest > allowed;
        look(hindered && fastest >= length, length - allowed);
        boolean was = full;
        full = hindered || length - fastest > WINDOW;
        if (was && !full) {
            run(whenRoom);
        }
    }

    /** Whether there is memory for what lies between readers: the newest piece may have come before it was needed. */
    private boolean hasMemory() {
        if (!body.isNewestCounted() && memory.reserve(body.newestSize())) {
            reserved += body.newestSize();
            body.countNewest();
        }
        return body.isNewestCounted();
    }

    /** Whether some are so far ahead of others that they need memory between them. */
    private boolean isSpread() {
        return paced && fetch.fastest() - fetch.slowest() >= WINDOW / 2;
    }

    /** Lets go of those who hold up others for too long: who hasn't come to {@code position} does. */
    private void look(boolean othersWait, long position) {
        if (heldUp.isTooLong(othersWait, storing.now())) {
            fetch.letGo(position);
        }
        if (othersWait && !looking) {
            looking = true;
            fetch.later(LOOK_MILLIS, () -> {
                looking = false;
                trim();
            });
        }
    }

    /**
     * After the end nobody waits for others to read, but other bodies may for what this one holds beyond its share: lets go
     * of the slowest if they do for too long.
     */
    private void watch() {
        boolean holds = holdsTooMuch();
        long now = memory.refusals();
        if (heldUp.isTooLong(holds && now != refusals, storing.now())) {
            fetch.letGo(body.length() - farthest);
        }
        refusals = now;
        if (holds) {
            fetch.later(LOOK_MILLIS, this::watch);
        }
    }

    private boolean holdsTooMuch() {
        return reserved > farthest + WINDOW;
    }

    private void end(ArrivingBody.End how) {
        over = true;
        full = false;
        body.end(how);
        fetch.close();
        fetch.wake();
        if (fetch.isAbandoned()) {
            giveBackAll();
        } else if (holdsTooMuch()) {
            // What all have read goes back now, too: it isn't what is stored.
            pace();
            refusals = memory.refusals();
            watch();
        }
    }

    private void giveBack(long counted) {
        reserved -= counted;
        memory.giveBack(counted);
    }

    private void giveBackAll() {
        body.giveBackAll();
        giveBack(reserved);
        StoredBody held = stored;
        if (held != null) {
            stored = null;
            held.release();
        }
    }

    /** Nobody reads any more. */
    private void abandoned() {
        if (over) {
            giveBackAll();
        } else {
            if (storable && part != null) {
                // What has come is right where it is; who asked for it just didn't wait for the rest.
                part.end(false);
                storable = false;
            }
            fail(new IOException("nobody reads"));
        }
    }

    private static void run(@Nullable Runnable action) {
        if (action != null) {
            action.run();
        }
    }
}
