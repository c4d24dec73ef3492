package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeTimeouts;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
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

    private enum Phase {
        CONNECTING,
        QUEUED,
        HEAD,
        SWITCHING,
        BODY,
        OVER
    }

    private final Origins origins;
    private final OriginRequest request;
    private final InterimAnswers interim;
    private final String upgrade;
    private final Promise<UpgradeAnswer> promise = Promise.promise();
    private final boolean toHead;
    private final boolean expectsContinue;
    private final long began = System.nanoTime();
    private Phase phase = Phase.CONNECTING;
    private Try current = new Try();
    private boolean continued;
    private Route route;
    private byte[] head;
    private long phaseBegan = began;
    private long lastProgress = began;
    private long connectNanos;
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
            enter(Phase.QUEUED, System.nanoTime());
        }

        @Override
        public Duration connectTimeout() {
            return request.timeouts().connect();
        }
    }

    private void connected(OriginConnection ready) {
        long now = System.nanoTime();
        if (phase == Phase.QUEUED) {
            origins.metrics().waited(route.target().toString(), now - phaseBegan);
        }
        connection = ready;
        connectNanos = now - began;
        enter(Phase.HEAD, now);
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
        enter(Phase.CONNECTING, System.nanoTime());
        current = new Try();
        next.pool().acquire(current, fresh);
    }

    // The request's side.

    @Override
    public void sent() {
        lastProgress = System.nanoTime();
    }

    @Override
    public void contentFailed(ProxyFailure failure) {
        fail(failure);
    }

    // The answer's side.

    @Override
    public void received(Object part) {
        try {
            if (part instanceof HttpObject object && object.decoderResult().isFailure()) {
                brokenAnswer(decodeFailure(object.decoderResult().cause()));
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
        if (phase != Phase.HEAD) {
            brokenAnswer(protocolError("a second answer"));
            return;
        }
        AnswerHead answer;
        try {
            answer = AnswerHead.of(response, toHead);
        } catch (ProxyFailure broken) {
            brokenAnswer(broken);
            return;
        }
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
            brokenAnswer(protocolError(interims + " interim answers"));
            return;
        }
        if (answer.status() != 100 || !continued) {
            continued |= answer.status() == 100;
            interim.interim(answer.status(), answer.fields());
        }
        RequestSender content = sender;
        if (answer.status() == 100 && content != null && phase == Phase.HEAD) {
            content.goAhead();
        }
    }

    private void switching(AnswerHead answer) {
        RequestSender content = sender;
        if (upgrade.isEmpty() || answer.upgrade().isEmpty() || content == null || !content.isDone()) {
            brokenAnswer(protocolError("101 that was not asked for"));
            return;
        }
        answerHead = answer;
        enter(Phase.SWITCHING, System.nanoTime());
    }

    private void answered(AnswerHead answer) {
        long now = System.nanoTime();
        OriginConnection used = connection;
        if (used == null) {
            return;
        }
        OriginTimings timings = timings(used, now);
        OriginBody content = new OriginBody(this);
        answerHead = answer;
        body = content;
        enter(Phase.BODY, now);
        if (!answer.isEmpty()) {
            used.read(false);
        }
        promise.complete(new UpgradeAnswer.Answered(new OriginAnswer(answer, content, timings)));
    }

    private OriginTimings timings(OriginConnection used, long now) {
        return new OriginTimings(
                used.remoteAddress(), used.isReused(), retries, connectNanos, now - began - connectNanos);
    }

    private void content(HttpContent content) {
        OriginBody reader = body;
        if (phase == Phase.BODY && reader != null) {
            lastProgress = System.nanoTime();
            if (content.content().isReadable()) {
                byte[] octets = new byte[content.content().readableBytes()];
                content.content().readBytes(octets);
                reader.write(Buffer.buffer(octets));
            }
            if (content instanceof LastHttpContent last && phase == Phase.BODY) {
                complete(reader, last);
            }
        } else if (phase == Phase.SWITCHING && content instanceof LastHttpContent) {
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
        OriginTimings timings = timings(used, phaseBegan);
        over();
        connection = null;
        NetSocket socket = used.detach();
        promise.complete(new UpgradeAnswer.Switched(answer.upgrade(), answer.fields(), socket, timings));
    }

    private void complete(OriginBody content, LastHttpContent last) {
        OriginConnection used = connection;
        RequestSender upload = sender;
        AnswerHead answer = answerHead;
        noteSuccess();
        over();
        connection = null;
        if (used != null && upload != null && answer != null) {
            boolean clean = upload.isDone() && answer.persistent() && !used.hasResidue() && !used.isClosed();
            upload.stop();
            if (clean) {
                origins.recycle(used, request.timeouts().keepAlive(), answer.keepAliveSeconds());
            } else {
                used.close();
            }
        }
        content.end(trailers(last));
    }

    private static HeaderFields trailers(LastHttpContent last) {
        if (last.trailingHeaders().isEmpty()) {
            return HeaderFields.empty();
        }
        HeaderFields.Builder trailers = HeaderFields.builder();
        for (Map.Entry<String, String> field : last.trailingHeaders()) {
            trailers.add(field.getKey(), field.getValue());
        }
        return trailers.build();
    }

    @Override
    public void ended() {
        OriginConnection used = connection;
        if (phase == Phase.OVER || used == null) {
            return;
        }
        if (phase != Phase.HEAD || used.byteCame()) {
            brokenAnswer(ProxyFailure.of(
                    ProxyError.HTTP_RESPONSE_INCOMPLETE,
                    ProxyFailure.Source.ORIGIN,
                    route.target() + ": closed within its answer"));
        } else if (used.isReused()
                && retries == 0
                && !request.body().isPresent()
                && IDEMPOTENT.contains(request.method())) {
            // An ordinary race with the origin's keep-alive time-out: no mark against its health.
            tryAgain(route, ProxyError.CONNECTION_TERMINATED, true);
        } else {
            brokenAnswer(ProxyFailure.of(
                    ProxyError.CONNECTION_TERMINATED,
                    ProxyFailure.Source.ORIGIN,
                    route.target() + ": closed without an answer"));
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
                lastProgress = System.nanoTime();
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
        ExchangeTimeouts limits = request.timeouts();
        if (late(now, began, limits.total())) {
            fail(timeout(ProxyError.HTTP_RESPONSE_TIMEOUT, "total time"));
        } else if (phase == Phase.QUEUED && late(now, phaseBegan, limits.poolWait())) {
            fail(ProxyFailure.of(
                    ProxyError.CONNECTION_LIMIT_REACHED,
                    ProxyFailure.Source.SELF,
                    route.target() + ": no connection came free"));
        } else if (phase == Phase.CONNECTING
                && late(now, phaseBegan, limits.resolve().plus(limits.connect()))) {
            current.failed(timeout(ProxyError.CONNECTION_TIMEOUT, "no connection"));
        } else if (phase == Phase.HEAD || phase == Phase.SWITCHING) {
            sweepHead(now, limits);
        } else if (phase == Phase.BODY) {
            OriginBody content = body;
            if (content != null && content.isHungry() && late(now, lastProgress, limits.idle())) {
                brokenAnswer(timeout(ProxyError.CONNECTION_READ_TIMEOUT, "content stands still"));
            }
        }
    }

    private void sweepHead(long now, ExchangeTimeouts limits) {
        RequestSender content = sender;
        if (content == null) {
            return;
        }
        if (content.isDone()) {
            if (late(now, Math.max(lastProgress, content.lastProgress()), limits.firstByte())) {
                brokenAnswer(timeout(ProxyError.HTTP_RESPONSE_TIMEOUT, "no answer"));
            }
        } else if (content.isHeld()) {
            if (late(now, phaseBegan, Origins.CONTINUE_WAIT)) {
                continued = true;
                interim.interim(100, HeaderFields.empty());
                content.goAhead();
            }
        } else if (late(now, content.lastProgress(), limits.idle())) {
            if (content.isBlocked()) {
                brokenAnswer(timeout(ProxyError.CONNECTION_WRITE_TIMEOUT, "takes no content"));
            } else {
                fail(ProxyFailure.of(
                        ProxyError.HTTP_REQUEST_ERROR, ProxyFailure.Source.CLIENT, 408, "client sends no content"));
            }
        }
    }

    private static boolean late(long now, long since, Duration limit) {
        return now - since > limit.toNanos();
    }

    private ProxyFailure timeout(ProxyError type, String what) {
        return ProxyFailure.of(type, ProxyFailure.Source.ORIGIN, route.target() + ": " + what);
    }

    private ProxyFailure protocolError(String what) {
        return ProxyFailure.of(
                ProxyError.HTTP_PROTOCOL_ERROR, ProxyFailure.Source.ORIGIN, route.target() + ": " + what);
    }

    private ProxyFailure decodeFailure(Throwable cause) {
        ProxyError type = cause instanceof TooLongFrameException
                ? ProxyError.HTTP_RESPONSE_HEADER_SECTION_SIZE
                : cause instanceof PrematureChannelClosureException
                        ? ProxyError.HTTP_RESPONSE_INCOMPLETE
                        : ProxyError.HTTP_PROTOCOL_ERROR;
        return cause instanceof ProxyFailure failure
                ? failure
                : ProxyFailure.of(type, ProxyFailure.Source.ORIGIN, route.target() + ": " + cause.getMessage());
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
        if (phase == Phase.OVER) {
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
        if (phase == Phase.QUEUED) {
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
        phase = Phase.OVER;
        origins.deadlines().forget(this);
    }

    private void enter(Phase next, long now) {
        phase = next;
        phaseBegan = now;
        lastProgress = now;
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
