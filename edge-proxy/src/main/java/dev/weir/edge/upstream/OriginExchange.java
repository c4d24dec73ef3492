package dev.weir.edge.upstream;

import dev.weir.edge.upstream.ExchangeClock.Late;
import dev.weir.edge.upstream.ExchangeClock.Phase;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to an origin and its answer, over one connection or, once, a second one. It is tried again only when no
 * origin can have acted on it: no connection was made; the origin says that it did nothing, and none of the content has
 * been taken (RFC 9113 §8.7); or it is idempotent, has no content, and a connection that had been used before closed
 * without a byte (RFC 9110 §9.2.2, RFC 9112 §9.3.1). Lives on a single event loop.
 */
final class OriginExchange extends Deadlines.Timed
        implements OriginStream.Use, OriginBody.Supply, RequestSender.Outcome {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private final Origins origins;
    private final OriginRequest request;
    private final Interims interims;
    private final String upgrade;
    private final Promise<UpgradeAnswer> promise = Promise.promise();
    private final boolean expectsContinue;
    private final ExchangeClock clock;
    private Try current = new Try();
    private Route route;
    private RequestHead head;
    private int retries;
    private @Nullable OriginStream stream;
    private @Nullable RequestSender sender;
    private @Nullable AnswerHead answerHead;
    private @Nullable OriginBody body;

    /** @throws ProxyFailure if the request can't be sent to any origin */
    OriginExchange(Origins origins, OriginRequest request, InterimAnswers interim, String upgrade) {
        this.origins = origins;
        this.request = request;
        this.interims = new Interims(interim);
        this.upgrade = upgrade;
        this.clock = new ExchangeClock(request.timeouts());
        this.expectsContinue = request.body().isPresent()
                && request.fields().first("Expect").orElse("").equalsIgnoreCase("100-continue");
        this.route = origins.route(request.destination());
        this.head = RequestHead.of(request, route.target(), upgrade);
    }

    /** What comes of it. */
    Future<UpgradeAnswer> start() {
        origins.deadlines().watch(this);
        route.pool().acquire(current, false);
        return promise.future();
    }

    /** Nobody wants the answer any more. */
    void abort(ProxyFailure.Source source, String why) {
        OriginBody content = body;
        if (content != null) {
            content.abort();
        } else {
            fail(ProxyFailure.aborted(source, why));
        }
    }

    /** One wish for a connection. It outlives its use when it times out while a connection is still being made. */
    private final class Try implements TargetPool.Waiter {
        private boolean over;

        @Override
        public void connected(OriginStream ready) {
            over = true;
            OriginExchange.this.connected(ready);
        }

        @Override
        public void failed(ProxyFailure failure) {
            over = true;
            notConnected(failure);
        }

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public void queued() {
            clock.enter(Phase.QUEUED, System.nanoTime());
        }

        @Override
        public Duration connectTimeout() {
            return request.timeouts().connect();
        }
    }

    private void connected(OriginStream ready) {
        long now = System.nanoTime();
        if (clock.phase() == Phase.QUEUED) {
            origins.metrics().waited(route.target().toString(), clock.inPhase(now));
        }
        stream = ready;
        clock.enter(Phase.HEAD, now);
        ready.begin(this, head);
        RequestSender content = new RequestSender(request.body(), ready, this);
        sender = content;
        if (!expectsContinue) {
            content.goAhead();
        }
    }

    private void notConnected(ProxyFailure failure) {
        if (failure.source() == ProxyFailure.Source.ORIGIN) {
            origins.failed(route);
            Route other = retries == 0 ? origins.otherRoute(request.destination(), route) : null;
            if (other != null) {
                tryAgain(other, failure.type(), false);
                return;
            }
        }
        fail(failure);
    }

    private void tryAgain(Route next, ProxyError why, boolean fresh) {
        retries++;
        origins.metrics().retried(next.target().toString(), why);
        route = next;
        stream = null;
        sender = null;
        head = RequestHead.of(request, next.target(), upgrade);
        clock.enter(Phase.CONNECTING, System.nanoTime());
        current = new Try();
        next.pool().acquire(current, fresh);
    }

    // The request's side.

    @Override
    public void sent() {
        clock.progress();
    }

    @Override
    public void contentFailed(ProxyFailure failure) {
        fail(failure);
    }

    // The answer's side.

    @Override
    public void head(AnswerHead answer) {
        if (clock.phase() != Phase.HEAD) {
            broken(ProxyError.HTTP_PROTOCOL_ERROR, "a second answer");
        } else if (answer.status() == 101) {
            switching(answer);
        } else if (answer.isInterim()) {
            interim(answer);
        } else {
            answered(answer);
        }
    }

    private void interim(AnswerHead answer) {
        if (!interims.take(answer)) {
            broken(ProxyError.HTTP_PROTOCOL_ERROR, "more than " + Interims.MOST + " interim answers");
            return;
        }
        RequestSender content = sender;
        if (answer.status() == 100 && content != null && clock.phase() == Phase.HEAD) {
            content.goAhead();
        }
    }

    private void switching(AnswerHead answer) {
        RequestSender content = sender;
        if (!answer.switchesTo(upgrade) || content == null || !content.isDone()) {
            broken(ProxyError.HTTP_PROTOCOL_ERROR, "101 that was not asked for");
            return;
        }
        answerHead = answer;
        clock.enter(Phase.SWITCHING, System.nanoTime());
    }

    /** An answer without content is told with its end, which is here already: the connection is free again by then. */
    private void answered(AnswerHead answer) {
        OriginStream used = stream;
        if (used == null) {
            return;
        }
        answerHead = answer;
        clock.enter(Phase.BODY, System.nanoTime());
        OriginTimings timings = clock.timings(used, retries);
        if (answer.dropsContent()) {
            origins.succeeded(route);
            end();
            OriginBody content = begin(used);
            content.followed(true);
            content.end(HeaderFields.empty());
            tell(answer, content, timings);
        } else if (!answer.isEmpty()) {
            used.read(false);
            tell(answer, begin(used), timings);
        }
    }

    private OriginBody begin(OriginStream used) {
        OriginBody content = new OriginBody(this);
        content.followed(used.isFollowed());
        body = content;
        return content;
    }

    private void tell(AnswerHead answer, OriginBody content, OriginTimings timings) {
        promise.complete(new UpgradeAnswer.Answered(new OriginAnswer(answer, content, timings)));
    }

    @Override
    public void content(Buffer octets) {
        OriginStream used = stream;
        OriginBody reader = body;
        if (clock.phase() == Phase.BODY && used != null) {
            clock.progress();
            if (reader != null) {
                reader.followed(used.isFollowed());
                reader.write(octets);
            }
        }
    }

    @Override
    public void complete(HeaderFields trailers) {
        if (clock.phase() == Phase.BODY) {
            answerEnded(trailers);
        } else if (clock.phase() == Phase.SWITCHING) {
            switched();
        }
    }

    private void switched() {
        OriginStream used = stream;
        AnswerHead answer = answerHead;
        if (used == null || answer == null) {
            return;
        }
        origins.succeeded(route);
        OriginTimings timings = clock.timings(used, retries);
        over();
        stream = null;
        NetSocket socket = used.detach();
        promise.complete(new UpgradeAnswer.Switched(answer.upgrade(), answer.fields(), socket, timings));
    }

    private void answerEnded(HeaderFields trailers) {
        OriginStream used = stream;
        RequestSender upload = sender;
        AnswerHead answer = answerHead;
        if (used == null || upload == null || answer == null) {
            return;
        }
        OriginTimings timings = clock.timings(used, retries);
        OriginBody begun = body;
        OriginBody content = begun == null ? begin(used) : begun;
        origins.succeeded(route);
        over();
        stream = null;
        content.followed(used.isFollowed());
        boolean clean = upload.isDone() && answer.persistent();
        upload.stop();
        if (clean) {
            origins.recycle(used, request.timeouts().keepAlive(), answer.keepAliveSeconds());
        } else {
            used.close();
        }
        content.end(trailers);
        if (begun == null) {
            tell(answer, content, timings);
        }
    }

    @Override
    public void unanswered(boolean untouched) {
        OriginStream used = stream;
        RequestSender content = sender;
        if (used == null || content == null) {
            return;
        }
        boolean again = untouched
                ? !content.hasTaken()
                : used.isReused() && !request.body().isPresent() && IDEMPOTENT.contains(request.method());
        if (again && retries == 0) {
            // An ordinary race with the origin's keep-alive time-out, or its drain: no mark against its health.
            content.stop();
            tryAgain(route, ProxyError.CONNECTION_TERMINATED, !untouched);
        } else {
            broken(ProxyError.CONNECTION_TERMINATED, "ended without an answer");
        }
    }

    @Override
    public void wanted(boolean more) {
        OriginStream used = stream;
        if (used != null) {
            if (more) {
                clock.progress();
            }
            used.read(more);
        }
    }

    @Override
    public void abandoned() {
        end();
    }

    // Failing.

    @Override
    void sweep(long now) {
        Late late = clock.late(now, sender, body);
        if (late == Late.CONTINUE) {
            continueAnyway();
        } else if (late == Late.CONNECTION) {
            current.failed(late.failure(route.target()));
        } else if (late.breaksAnswer()) {
            brokenAnswer(late.failure(route.target()));
        } else if (late != Late.NOTHING) {
            fail(late.failure(route.target()));
        }
    }

    private void continueAnyway() {
        RequestSender content = sender;
        if (content != null) {
            interims.goOnAnyway();
            content.goAhead();
        }
    }

    @Override
    public void broken(ProxyError type, String detail) {
        brokenAnswer(ProxyFailure.of(type, ProxyFailure.Source.ORIGIN, route.target() + ": " + detail));
    }

    private void brokenAnswer(ProxyFailure failure) {
        origins.failed(route);
        origins.metrics().brokenAnswer(route.target().toString(), failure.type());
        OriginBody content = body;
        if (content != null) {
            end();
            content.fail(failure);
        } else {
            fail(failure);
        }
    }

    /** Ends the exchange with this failure, whether or not the answer has begun. */
    void fail(ProxyFailure failure) {
        if (clock.phase() == Phase.OVER) {
            return;
        }
        boolean sent = stream != null;
        end();
        OriginBody content = body;
        if (content != null) {
            content.failNow(failure);
        } else {
            promise.fail(sent ? failure.afterSending() : failure);
        }
    }

    private void end() {
        OriginStream used = stream;
        RequestSender content = sender;
        current.over = true;
        if (clock.phase() == Phase.QUEUED || clock.phase() == Phase.CONNECTING) {
            route.pool().withdraw(current);
        }
        over();
        stream = null;
        if (content != null) {
            content.stop();
        }
        if (used != null) {
            used.close();
        }
    }

    private void over() {
        clock.over();
        origins.deadlines().forget(this);
    }
}
