package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A place at a fetch: of its leader, or of one who has joined. First it waits for what the head means, then it reads the
 * body at its own pace. Whoever has one {@link #leave}s it. Confined to the event loop it was taken on, but for
 * {@link #wake}, {@link #letGo} and {@link #position}.
 */
public final class Seat {
    private final Fetch fetch;
    private final ContextInternal context;
    private final Turns turns;
    private final boolean leads;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Promise<Shared> head = Promise.promise();
    private @Nullable Runnable progress;
    private ArrivingBody.@Nullable Piece piece;
    private volatile long position;
    private volatile boolean letGo;
    private boolean told;
    private boolean left;

    Seat(Fetch fetch, ContextInternal context, Turns turns, boolean leads) {
        this.fetch = fetch;
        this.context = context;
        this.turns = turns;
        this.leads = leads;
    }

    /** Whether its holder asks the origin, and tells the others. */
    public boolean leads() {
        return leads;
    }

    /** What the head means, once that is known; it never fails. */
    public Future<Shared> head() {
        tell();
        return head.future();
    }

    /** Gives it back. Calling it again does nothing. */
    public void leave() {
        if (!left) {
            left = true;
            progress = null;
            fetch.left(this);
        }
    }

    // The leader.

    /** Says what the head means to the others; what is said first counts. */
    public void resolve(Shared how) {
        fetch.resolve(how);
    }

    /** What is to be done once nobody is interested in an answer any more; replaces what was to be done before. */
    public void onAbandoned(Runnable action) {
        fetch.onAbandoned(action);
    }

    // The reader of a body.

    /** Calls {@code action} whenever more of the body has come, or its end. */
    public void onProgress(Runnable action) {
        progress = action;
    }

    /** Has the reader called again, after others have had their turn. */
    public void later() {
        wake();
    }

    /** Whether all of the body has come; then what is {@link #available} is the rest of it. */
    public boolean isWhole() {
        return body().end() instanceof ArrivingBody.End.Whole;
    }

    /** Why the rest of the body won't come; null if nothing is wrong with it. */
    public @Nullable Throwable broken() {
        return body().end() instanceof ArrivingBody.End.Broken broken ? broken.cause() : null;
    }

    /** Whether its holder has held up others for too long, and is to leave. */
    public boolean isLetGo() {
        return letGo;
    }

    /** What followed the body; empty before its end. */
    public HeaderFields trailers() {
        return body().end() instanceof ArrivingBody.End.Whole whole ? whole.trailers() : HeaderFields.empty();
    }

    /** Octets that have come and are not yet taken. */
    public long available() {
        return body().length() - position;
    }

    /** How many of them lie in one piece. */
    public int contiguous() {
        long available = available();
        return available == 0 ? 0 : (int) Math.min(available, current().end() - position);
    }

    /** The next octets, not more than are {@link #contiguous}, as a buffer that its receiver releases. */
    public ByteBuf take(int octets) {
        if (left) {
            throw new IllegalStateException("seat: left (expected: still held)");
        }
        ArrivingBody.Piece from = current();
        long at = position;
        ByteBuf taken = from.bytes.retainedSlice((int) (at - from.start), octets);
        position = at + octets;
        fetch.moved();
        return taken;
    }

    /** Passes over octets that have come. */
    public void skip(int octets) {
        long at = position;
        position = at + octets;
        fetch.moved();
    }

    // Of the fetch.

    Fetch fetch() {
        return fetch;
    }

    long position() {
        return position;
    }

    /**
     * Has its holder leave, who alone may do so: what it is just taking isn't given back under it. Returns false if it
     * was told before.
     */
    boolean letGo() {
        if (letGo) {
            return false;
        }
        letGo = true;
        wake();
        return true;
    }

    /** Has its holder look again, soon and once. Thread-safe. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            turns.add(this);
        }
    }

    /** It is this seat's turn. */
    void turn() {
        woken.set(false);
        context.dispatch(this::look);
    }

    private void look() {
        if (!left) {
            tell();
            Runnable reader = progress;
            if (reader != null) {
                reader.run();
            }
        }
    }

    private void tell() {
        Shared known = fetch.shared();
        if (known != null && !told) {
            told = true;
            head.complete(known);
        }
    }

    private ArrivingBody body() {
        return Objects.requireNonNull(fetch.body(), "before a body");
    }

    /** The piece that has the next octet, which has come. */
    private ArrivingBody.Piece current() {
        ArrivingBody.Piece at = piece == null ? body().root() : piece;
        while (at.end() <= position) {
            at = Objects.requireNonNull(at.next, "nothing has come");
        }
        piece = at;
        return at;
    }
}
