package dev.weir.edge.upstream;

import dev.weir.edge.upstream.ExchangeClock.Late;
import dev.weir.edge.upstream.ExchangeClock.Phase;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.http.TrailerFields;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to an origin and its answer, over one connection or, once, a second one. It is tried again only when no
 * origin can have acted on it: no connection was made; or it is idempotent, has no content, and a connection that had
 * been used before closed without a byte (RFC 9110 §9.2.2, RFC 9112 §9.3.1). Lives on a single event loop.
 */
final class OriginExchange extends Deadlines.Timed
        implements OriginConnection.Use, OriginBody.Supply, RequestSender.Outcome {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private final Origins origins;
    private final OriginRequest request;
    private final InterimAnswers interim;
    private final String upgrade;
    private final Promise<UpgradeAnswer> promise = Promise.promise();
    private final boolean toHead;
    private final boolean expectsContinue;
    private final ExchangeClock clock;
    private Try current = new Try();
    private boolean continued;
    private Route route;
    private byte[] head;
    private int retries;
    private int interims;
    private @Nullable OriginConnection connection;
    private @Nullable RequestSender sender;
    private @Nullable AnswerHead answerHead;
    private @Nullable OriginBody body;

    /** @throws ProxyFailure if the request can't be sent to any origin */
    OriginExchange(Origins origins, OriginRequest request, InterimAnswers interim, String upgrade) {
        this.origins = origins;
        this.request = request;
        this.interim = interim;
        this.upgrade = upgrade;
        this.clock = new ExchangeClock(request.timeouts());
        this.toHead = request.method().equals("HEAD");
        this.expectsContinue = request.body().isPresent()
                && request.fields().first("Expect").orElse("").equalsIgnoreCase("100-continue");
        this.route = origins.route(request.destination());
        this.head = RequestHead.octets(request, route.target().authority(), upgrade);
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
        public void connected(OriginConnection ready) {
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

    private void connected(OriginConnection ready) {
        long now = System.nanoTime();
        if (clock.phase() == Phase.QUEUED) {
            origins.metrics().waited(route.target().toString(), clock.inPhase(now));
        }
        connection = ready;
        clock.enter(Phase.HEAD, now);
        ready.begin(this, head, toHead);
        RequestSender content = new RequestSender(request.body(), ready, this);
        sender = content;
        if (!expectsContinue) {
            content.goAhead();
        }
    }

    private void notConnected(ProxyFailure failure) {
        if (failure.source() == ProxyFailure.Source.ORIGIN) {
            noteFailure();
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
        connection = null;
        sender = null;
        head = RequestHead.octets(request, next.target().authority(), upgrade);
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
    public void received(Object part) {
        try {
            if (part instanceof BrokenAnswer broken) {
                brokenAnswer(failure(broken.type(), broken.detail()));
            } else if (part instanceof ByteBuf) {
                // It came with the end of the handshake, when no guard stood there yet.
                brokenAnswer(failure(ProxyError.HTTP_PROTOCOL_ERROR, "octets before the request"));
            } else if (part instanceof HttpObject object
                    && object.decoderResult().isFailure()) {
                // Not for what an origin sent: the guard and the decoder disagree.
                brokenAnswer(failure(
                        ProxyError.HTTP_PROTOCOL_ERROR,
                        "decoder: " + object.decoderResult().cause()));
            } else if (part instanceof HttpResponse response) {
                head(response);
            } else if (part instanceof HttpContent content) {
                content(content);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void head(HttpResponse response) {
        if (clock.phase() != Phase.HEAD) {
            brokenAnswer(failure(ProxyError.HTTP_PROTOCOL_ERROR, "a second answer"));
            return;
        }
        AnswerHead answer = AnswerHead.of(response, toHead);
        if (answer.status() == 101) {
            switching(answer);
        } else if (answer.isInterim()) {
            interim(answer);
        } else {
            answered(answer);
        }
    }

    private void interim(AnswerHead answer) {
        if (++interims > Origins.INTERIM_ANSWERS) {
            brokenAnswer(failure(ProxyError.HTTP_PROTOCOL_ERROR, interims + " interim answers"));
            return;
        }
        if (answer.status() != 100 || !continued) {
            continued |= answer.status() == 100;
            interim.interim(answer.status(), answer.fields());
        }
        RequestSender content = sender;
        if (answer.status() == 100 && content != null && clock.phase() == Phase.HEAD) {
            content.goAhead();
        }
    }

    private void switching(AnswerHead answer) {
        RequestSender content = sender;
        if (!answer.switchesTo(upgrade) || content == null || !content.isDone()) {
            brokenAnswer(failure(ProxyError.HTTP_PROTOCOL_ERROR, "101 that was not asked for"));
            return;
        }
        answerHead = answer;
        clock.enter(Phase.SWITCHING, System.nanoTime());
    }

    /** An answer without content is told with its end, which is here already: the connection is free again by then. */
    private void answered(AnswerHead answer) {
        OriginConnection used = connection;
        if (used == null) {
            return;
        }
        answerHead = answer;
        clock.enter(Phase.BODY, System.nanoTime());
        OriginTimings timings = clock.timings(used, retries);
        if (answer.dropsContent()) {
            noteSuccess();
            end();
            OriginBody content = begin(used);
            content.end(HeaderFields.empty());
            tell(answer, content, timings);
        } else if (!answer.isEmpty()) {
            used.read(false);
            tell(answer, begin(used), timings);
        }
    }

    private OriginBody begin(OriginConnection used) {
        OriginBody content = new OriginBody(this);
        content.followed(used.hasResidue());
        body = content;
        return content;
    }

    private void tell(AnswerHead answer, OriginBody content, OriginTimings timings) {
        promise.complete(new UpgradeAnswer.Answered(new OriginAnswer(answer, content, timings)));
    }

    private void content(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        OriginBody reader = body;
        if (clock.phase() == Phase.BODY && reader != null) {
            clock.progress();
            reader.followed(connection != null && connection.hasResidue());
            if (content.content().isReadable()) {
                byte[] octets = new byte[content.content().readableBytes()];
                content.content().readBytes(octets);
                reader.write(Buffer.buffer(octets));
            }
        }
        if (last && clock.phase() == Phase.BODY) {
            complete((LastHttpContent) content);
        } else if (last && clock.phase() == Phase.SWITCHING) {
            switched();
        }
    }

    private void switched() {
        OriginConnection used = connection;
        AnswerHead answer = answerHead;
        if (used == null || answer == null) {
            return;
        }
        noteSuccess();
        OriginTimings timings = clock.timings(used, retries);
        over();
        connection = null;
        NetSocket socket = used.detach();
        promise.complete(new UpgradeAnswer.Switched(answer.upgrade(), answer.fields(), socket, timings));
    }

    private void complete(LastHttpContent last) {
        OriginConnection used = connection;
        RequestSender upload = sender;
        AnswerHead answer = answerHead;
        if (used == null || upload == null || answer == null) {
            return;
        }
        OriginTimings timings = clock.timings(used, retries);
        OriginBody begun = body;
        OriginBody content = begun == null ? begin(used) : begun;
        noteSuccess();
        over();
        connection = null;
        boolean clean = upload.isDone() && answer.persistent() && !used.hasResidue() && !used.isClosed();
        upload.stop();
        if (clean) {
            origins.recycle(used, request.timeouts().keepAlive(), answer.keepAliveSeconds());
        } else {
            used.close();
        }
        content.end(trailers(last));
        if (begun == null) {
            tell(answer, content, timings);
        }
    }

    private static HeaderFields trailers(LastHttpContent last) {
        if (last.trailingHeaders().isEmpty()) {
            return HeaderFields.empty();
        }
        HeaderFields.Builder trailers = HeaderFields.builder();
        for (Map.Entry<String, String> field : last.trailingHeaders()) {
            if (!TrailerFields.isForbidden(field.getKey())) {
                trailers.add(field.getKey(), field.getValue());
            }
        }
        return trailers.build();
    }

    @Override
    public void ended() {
        OriginConnection used = connection;
        if (clock.phase() == Phase.OVER || used == null) {
            return;
        }
        if (clock.phase() != Phase.HEAD || used.byteCame()) {
            brokenAnswer(failure(ProxyError.HTTP_RESPONSE_INCOMPLETE, "closed within its answer"));
        } else if (used.isReused()
                && retries == 0
                && !request.body().isPresent()
                && IDEMPOTENT.contains(request.method())) {
            // An ordinary race with the origin's keep-alive time-out: no mark against its health.
            tryAgain(route, ProxyError.CONNECTION_TERMINATED, true);
        } else {
            brokenAnswer(failure(ProxyError.CONNECTION_TERMINATED, "closed without an answer"));
        }
    }

    @Override
    public void broke(Throwable cause) {
        // The end that follows says all that counts.
    }

    @Override
    public void wanted(boolean more) {
        OriginConnection used = connection;
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
            continued = true;
            interim.interim(100, HeaderFields.empty());
            content.goAhead();
        }
    }

    private ProxyFailure failure(ProxyError type, String what) {
        return ProxyFailure.of(type, ProxyFailure.Source.ORIGIN, route.target() + ": " + what);
    }

    private void brokenAnswer(ProxyFailure failure) {
        noteFailure();
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
        end();
        OriginBody content = body;
        if (content != null) {
            content.failNow(failure);
        } else {
            promise.fail(failure);
        }
    }

    private void end() {
        OriginConnection used = connection;
        RequestSender content = sender;
        current.over = true;
        if (clock.phase() == Phase.QUEUED) {
            route.pool().withdraw(current);
        }
        over();
        connection = null;
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

    private void noteSuccess() {
        if (route.upstream() != null) {
            origins.health().succeeded(route.target());
        }
    }

    private void noteFailure() {
        UpstreamSpec upstream = route.upstream();
        if (upstream != null && origins.health().failed(route.target(), upstream)) {
            origins.metrics().ejected(route.target().toString());
        }
    }
}
