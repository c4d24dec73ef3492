package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.OriginTimings;
import dev.weir.http.CanonicalRequest;
import dev.weir.policy.RequestFacts;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what each phase found out, written by the phase that owns it. Lives on the event loop of its
 * connection.
 */
final class Exchange {
    private final String id;
    private final HttpServerRequest request;
    private final ListenerContext listener;
    private final InetAddress peer;
    private final boolean peerTrusted;
    private final long startedNanos;
    private final long receivedMillis;

    // read head
    private @Nullable CanonicalRequest canonical;
    private String excerpt = "";
    // identify
    private @Nullable InetAddress client;
    // authorise
    private @Nullable RequestFacts facts;
    private PolicyVerdict policy = PolicyVerdict.NONE;
    // route
    private @Nullable Route route;
    private @Nullable String zone;
    // look up, forward, store
    private final CacheOutcome cache = new CacheOutcome();
    private @Nullable Answer answer;
    private @Nullable Instant storedAt;
    private long ageSeconds;
    private String receivedProtocol = "HTTP/1.1";
    private String upgradeOffered = "";
    private @Nullable OriginTimings origin;
    private Instant originSent = Instant.EPOCH;
    private Instant originAnswered = Instant.EPOCH;
    private Runnable whenClientGone = () -> {};
    private boolean clientGone;
    private long streamError = Http2Error.INTERNAL_ERROR.code();
    // reply
    private @Nullable Buffer lastChunk;
    private long requestBodyBytes;
    private long responseBodyBytes;
    private @Nullable LocalAnswer local;
    private Termination termination = Termination.COMPLETE;
    private String terminationReason = "";
    private boolean continued;
    private boolean closesAfterwards;
    private boolean endedByConnection;
    private boolean recorded;
    private boolean admitted;

    Exchange(
            String id,
            HttpServerRequest request,
            ListenerContext listener,
            InetAddress peer,
            boolean peerTrusted,
            long startedNanos,
            long receivedMillis) {
        this.id = id;
        this.request = request;
        this.listener = listener;
        this.peer = peer;
        this.peerTrusted = peerTrusted;
        this.startedNanos = startedNanos;
        this.receivedMillis = receivedMillis;
    }

    /** Our name for it: in the log, on error pages. */
    String id() {
        return id;
    }

    HttpServerRequest request() {
        return request;
    }

    ListenerContext listener() {
        return listener;
    }

    /** The other end of the connection, or who it is by a PROXY header. */
    InetAddress peer() {
        return peer;
    }

    /** Whether the peer's word on whom it speaks for is taken. */
    boolean peerTrusted() {
        return peerTrusted;
    }

    /** Since its head was there. */
    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    long receivedMillis() {
        return receivedMillis;
    }

    /** Whether the head was accepted. */
    boolean isRead() {
        return canonical != null;
    }

    CanonicalRequest canonical() {
        return Objects.requireNonNull(canonical, "before read head");
    }

    void canonical(CanonicalRequest value) {
        canonical = value;
    }

    /** The first octets of a head that was refused, escaped; empty if it was accepted. */
    String excerpt() {
        return excerpt;
    }

    /** The head was refused; these are its first octets, escaped. */
    void malformed(String octets) {
        excerpt = octets;
    }

    /** The client, through trusted hops; before identify the peer. */
    InetAddress client() {
        return client == null ? peer : client;
    }

    void client(InetAddress address) {
        client = address;
    }

    RequestFacts facts() {
        return Objects.requireNonNull(facts, "before authorise");
    }

    void facts(RequestFacts value) {
        facts = value;
    }

    PolicyVerdict policy() {
        return policy;
    }

    void policy(PolicyVerdict value) {
        policy = value;
    }

    Route route() {
        return Objects.requireNonNull(route, "before route");
    }

    /** Within which stored answers are shared; empty if nothing may be stored or looked up. */
    String zone() {
        if (zone == null) {
            zone = route().zone(IdentityFields.unkeyed(this));
        }
        return zone;
    }

    boolean isRouted() {
        return route != null;
    }

    void route(Route value) {
        route = value;
    }

    CacheOutcome cache() {
        return cache;
    }

    boolean isAnswered() {
        return answer != null;
    }

    Answer answer() {
        return Objects.requireNonNull(answer, "before an answer");
    }

    void answer(Answer value) {
        answer = value;
    }

    /** Weir's own answer instead of any other. */
    void answerLocally(LocalAnswer value) {
        if (answer != null) {
            answer.body().discard();
            answer = null;
        }
        cache.answersAlone();
        local = value;
        closesAfterwards |= value.closes();
        terminated(value.termination(), value.reason());
    }

    @Nullable
    LocalAnswer local() {
        return local;
    }

    /** Whether the answer is what was stored, or what another request has fetched. */
    boolean isFromCache() {
        return storedAt != null;
    }

    Instant storedAt() {
        return Objects.requireNonNull(storedAt, "not from the cache");
    }

    /** Its age, in seconds. */
    long ageSeconds() {
        return ageSeconds;
    }

    /** The answer is what was received then, and is that old. */
    void stored(Instant at, long age) {
        storedAt = at;
        ageSeconds = age;
    }

    /** The version in which the answer was received; of what is stored, whether it was HTTP/1 or HTTP/2. */
    String receivedProtocol() {
        return receivedProtocol;
    }

    void receivedProtocol(String protocol) {
        receivedProtocol = protocol;
    }

    /** The protocols that the origin insists on; empty for any. */
    String upgradeOffered() {
        return upgradeOffered;
    }

    void upgradeOffered(String protocols) {
        upgradeOffered = protocols;
    }

    /** The exchange with the origin; null if there was none. */
    @Nullable
    OriginTimings origin() {
        return origin;
    }

    void origin(OriginTimings timings, Instant sent, Instant answered) {
        origin = timings;
        originSent = sent;
        originAnswered = answered;
    }

    Instant originSent() {
        return originSent;
    }

    Instant originAnswered() {
        return originAnswered;
    }

    /** What is to be done should the client leave from now on; replaces what was to be done before. */
    void onClientGone(Runnable action) {
        whenClientGone = action;
        if (clientGone) {
            action.run();
        }
    }

    /** The client left before its answer was whole. */
    void clientGone() {
        if (!clientGone) {
            clientGone = true;
            whenClientGone.run();
        }
    }

    /** The client's connection or stream failed: what is wrong with a stream is what its client is told. */
    void clientGone(Throwable cause) {
        brokenBy(cause);
        clientGone();
    }

    /** Takes note of what broke the client's stream. */
    void brokenBy(Throwable cause) {
        if (cause instanceof Http2Exception.StreamException broken) {
            streamError = broken.error().code();
        }
    }

    /** The code for the client whose answer is broken off (RFC 9113 §7). */
    long streamError() {
        return streamError;
    }

    boolean isClientGone() {
        return clientGone;
    }

    boolean isMultiplexed() {
        return request.version() == HttpVersion.HTTP_2;
    }

    /** The client was told to go on with its content. */
    void continued() {
        continued = true;
    }

    boolean isContinued() {
        return continued;
    }

    /** The connection ends with this answer. */
    void closeAfterwards() {
        closesAfterwards = true;
    }

    /** The end of the answer is told by the end of the connection (RFC 9112 §6.3). */
    void endsWithConnection() {
        closesAfterwards = true;
        endedByConnection = true;
    }

    boolean isEndedByConnection() {
        return endedByConnection;
    }

    boolean closesAfterwards() {
        return closesAfterwards;
    }

    /** The octets that go with the end of the response, held back until it is recorded. */
    @Nullable
    Buffer lastChunk() {
        return lastChunk;
    }

    void lastChunk(Buffer chunk) {
        lastChunk = chunk;
    }

    void requestBodyRead(long bytes) {
        requestBodyBytes += bytes;
    }

    void responseBodySent(long bytes) {
        responseBodyBytes += bytes;
    }

    long requestBodyBytes() {
        return requestBodyBytes;
    }

    long responseBodyBytes() {
        return responseBodyBytes;
    }

    void terminated(Termination how, String reason) {
        termination = how;
        terminationReason = reason;
    }

    Termination termination() {
        return termination;
    }

    String terminationReason() {
        return terminationReason;
    }

    void admitted(boolean value) {
        admitted = value;
    }

    boolean isAdmitted() {
        return admitted;
    }

    /** True the first time it is asked. */
    boolean claimRecord() {
        boolean first = !recorded;
        recorded = true;
        return first;
    }
}
