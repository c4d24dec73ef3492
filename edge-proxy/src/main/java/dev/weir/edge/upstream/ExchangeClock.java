package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeTimeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where an exchange stands and since when, and what of it is late. Lives on a single event loop. */
final class ExchangeClock {
    /** Where an exchange stands. */
    enum Phase {
        /** A connection is being made. */
        CONNECTING,
        /** It waits in line for a connection. */
        QUEUED,
        /** The request is on its way, or sent; the final answer hasn't begun. */
        HEAD,
        /** A 101 has come that may be followed. */
        SWITCHING,
        /** The final answer's content comes. */
        BODY,
        /** Nothing happens any more. */
        OVER
    }

    /** What may be late. */
    enum Late {
        /** Nothing is. */
        NOTHING(ProxyError.PROXY_INTERNAL_ERROR, ProxyFailure.Source.SELF, ""),
        /** The exchange as a whole. */
        TOTAL(ProxyError.HTTP_RESPONSE_TIMEOUT, ProxyFailure.Source.ORIGIN, "total time"),
        /** A connection from the pool. */
        POOL(ProxyError.CONNECTION_LIMIT_REACHED, ProxyFailure.Source.SELF, "no connection came free"),
        /** A connection that is being made. */
        CONNECTION(ProxyError.CONNECTION_TIMEOUT, ProxyFailure.Source.ORIGIN, "no connection"),
        /** The head of the answer. */
        ANSWER(ProxyError.HTTP_RESPONSE_TIMEOUT, ProxyFailure.Source.ORIGIN, "no answer"),
        /** A word to a client that waits before it sends content. */
        CONTINUE(ProxyError.PROXY_INTERNAL_ERROR, ProxyFailure.Source.SELF, ""),
        /** The origin's taking content. */
        UPLOAD(ProxyError.CONNECTION_WRITE_TIMEOUT, ProxyFailure.Source.ORIGIN, "takes no content"),
        /** The client's sending content. */
        CLIENT(ProxyError.HTTP_REQUEST_ERROR, ProxyFailure.Source.CLIENT, "client sends no content"),
        /** The content of the answer. */
        CONTENT(ProxyError.CONNECTION_READ_TIMEOUT, ProxyFailure.Source.ORIGIN, "content stands still");

        private final ProxyError type;
        private final ProxyFailure.Source source;
        private final String what;

        Late(ProxyError type, ProxyFailure.Source source, String what) {
            this.type = type;
            this.source = source;
            this.what = what;
        }

        /** What the exchange fails with. */
        ProxyFailure failure(TargetSpec target) {
            return ProxyFailure.of(type, source, this == CLIENT ? 408 : type.status(), target + ": " + what);
        }

        /** Whether the origin is to blame for an answer that began or should have. */
        boolean breaksAnswer() {
            return this == ANSWER || this == UPLOAD || this == CONTENT;
        }
    }

    private final ExchangeTimeouts limits;
    private final long began = System.nanoTime();
    private Phase phase = Phase.CONNECTING;
    private long phaseBegan = began;
    private long lastProgress = began;
    private long connectNanos;

    ExchangeClock(ExchangeTimeouts limits) {
        this.limits = limits;
    }

    Phase phase() {
        return phase;
    }

    void enter(Phase next, long now) {
        if (next == Phase.HEAD) {
            connectNanos = now - began;
        }
        phase = next;
        phaseBegan = now;
        lastProgress = now;
    }

    void over() {
        phase = Phase.OVER;
    }

    void progress() {
        lastProgress = System.nanoTime();
    }

    long inPhase(long now) {
        return now - phaseBegan;
    }

    /** The timings of an answer whose head came when this phase began. */
    OriginTimings timings(OriginStream used, int retries) {
        return new OriginTimings(
                used.remoteAddress(), used.isReused(), retries, connectNanos, phaseBegan - began - connectNanos);
    }

    /** What is late by now. */
    Late late(long now, @Nullable RequestSender sender, @Nullable OriginBody body) {
        if (isLate(now, began, limits.total())) {
            return Late.TOTAL;
        }
        return switch (phase) {
            case QUEUED -> isLate(now, phaseBegan, limits.poolWait()) ? Late.POOL : Late.NOTHING;
            case CONNECTING ->
                isLate(now, phaseBegan, limits.resolve().plus(limits.connect())) ? Late.CONNECTION : Late.NOTHING;
            case HEAD, SWITCHING -> sender == null ? Late.NOTHING : lateHead(now, sender);
            case BODY ->
                (body == null || body.isHungry()) && isLate(now, lastProgress, limits.idle())
                        ? Late.CONTENT
                        : Late.NOTHING;
            case OVER -> Late.NOTHING;
        };
    }

    private Late lateHead(long now, RequestSender sender) {
        if (sender.isDone()) {
            long since = Math.max(lastProgress, sender.lastProgress());
            return isLate(now, since, limits.firstByte()) ? Late.ANSWER : Late.NOTHING;
        }
        if (sender.isHeld()) {
            return isLate(now, phaseBegan, Origins.CONTINUE_WAIT) ? Late.CONTINUE : Late.NOTHING;
        }
        if (!isLate(now, sender.lastProgress(), limits.idle())) {
            return Late.NOTHING;
        }
        return sender.isBlocked() ? Late.UPLOAD : Late.CLIENT;
    }

    private static boolean isLate(long now, long since, Duration limit) {
        return now - since > limit.toNanos();
    }
}
