package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request's content behind its head: at the speed of the origin, and held to the length that was announced. What
 * completes that length waits for the end of the content: in HTTP/2 more may come, and then the origin must not have had a
 * whole request (RFC 9113 §8.1.1). Lives on a single event loop.
 */
final class RequestSender {
    /** Who hears how it went. */
    interface Outcome {
        /** All of the request is sent. */
        void sent();

        /** The content can't be sent whole. */
        void contentFailed(ProxyFailure failure);
    }

    private enum State {
        HELD,
        SENDING,
        DONE,
        STOPPED
    }

    private final RequestBody body;
    private final OriginStream origin;
    private final Outcome outcome;
    private State state = State.HELD;
    private boolean ended;
    private boolean blocked;
    private long taken;
    private @Nullable ByteBuf lastPart;
    private long lastProgress;

    RequestSender(RequestBody body, OriginStream origin, Outcome outcome) {
        this.body = body;
        this.origin = origin;
        this.outcome = outcome;
        this.lastProgress = System.nanoTime();
    }

    /** Asks for the content and sends it; only the first call counts. */
    void goAhead() {
        if (state != State.HELD) {
            return;
        }
        lastProgress = System.nanoTime();
        if (!body.isPresent()) {
            state = State.DONE;
            outcome.sent();
            return;
        }
        state = State.SENDING;
        ReadStream<Buffer> stream = body.stream();
        stream.exceptionHandler(this::contentBroke);
        stream.endHandler(end -> contentEnded());
        stream.handler(this::content);
        stream.resume();
    }

    /** Whether the content has not been asked for yet. */
    boolean isHeld() {
        return state == State.HELD;
    }

    /** Whether anything of the content has been taken, so that it can't be sent a second time. */
    boolean hasTaken() {
        return body.isPresent() && (taken > 0 || ended);
    }

    boolean isDone() {
        return state == State.DONE;
    }

    /** Whether the origin is what holds up the content, not the client. */
    boolean isBlocked() {
        return blocked;
    }

    long lastProgress() {
        return lastProgress;
    }

    /** Sends no more. The stream stays paused, with whatever it still has. */
    void stop() {
        boolean sending = state == State.SENDING;
        lastPart = null;
        if (state != State.DONE) {
            state = State.STOPPED;
        }
        if (sending && !ended) {
            ReadStream<Buffer> stream = body.stream();
            stream.pause();
            stream.handler(null);
            stream.endHandler(null);
            stream.exceptionHandler(null);
        }
    }

    private void content(Buffer data) {
        if (state != State.SENDING || data.length() == 0) {
            return;
        }
        lastProgress = System.nanoTime();
        taken += data.length();
        if (!body.isChunked() && taken > body.length()) {
            fail("content of " + taken + " octets (expected: " + body.length() + ")");
            return;
        }
        ByteBuf octets = ((BufferInternal) data).getByteBuf();
        if (!body.isChunked() && taken == body.length()) {
            lastPart = octets;
            return;
        }
        origin.content(octets);
        if (origin.isFull() && state == State.SENDING) {
            blocked = true;
            body.stream().pause();
            origin.onDrain(this::drained);
        }
    }

    private void drained() {
        if (blocked && state == State.SENDING) {
            blocked = false;
            lastProgress = System.nanoTime();
            body.stream().resume();
        }
    }

    private void contentEnded() {
        ended = true;
        if (state != State.SENDING) {
            return;
        }
        if (!body.isChunked() && taken < body.length()) {
            fail("content of " + taken + " octets (expected: " + body.length() + ")");
            return;
        }
        ByteBuf last = lastPart;
        lastPart = null;
        if (last != null) {
            origin.content(last);
        }
        try {
            origin.end(body.isChunked() ? body.trailers() : HeaderFields.empty());
        } catch (ProxyFailure refused) {
            state = State.STOPPED;
            outcome.contentFailed(refused);
            return;
        }
        lastProgress = System.nanoTime();
        state = State.DONE;
        outcome.sent();
    }

    private void contentBroke(Throwable cause) {
        ended = true;
        if (state == State.SENDING) {
            state = State.STOPPED;
            outcome.contentFailed(
                    cause instanceof ProxyFailure refused
                            ? refused
                            : ProxyFailure.aborted(
                                    ProxyFailure.Source.CLIENT, "content broken off: " + cause.getMessage()));
        }
    }

    private void fail(String detail) {
        stop();
        outcome.contentFailed(ProxyFailure.of(ProxyError.HTTP_REQUEST_ERROR, ProxyFailure.Source.CLIENT, detail));
    }
}
