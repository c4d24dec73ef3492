package dev.weir.edge.pipeline;

import dev.weir.edge.cache.Recording;
import dev.weir.edge.upstream.Destination;
import dev.weir.edge.upstream.OriginTimings;
import dev.weir.edge.upstream.RequestBody;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.policy.RequestFacts;
import dev.weir.runtime.config.ExchangeTimeouts;
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
    private final Timeline timeline;
    private final long receivedMillis;

    // read head
    private @Nullable CanonicalRequest canonical;
    // identify
    private @Nullable InetAddress client;
    private boolean peerTrusted;
    // authorise
    private @Nullable RequestFacts facts;
    private PolicyVerdict policy = PolicyVerdict.NONE;
    // route
    private @Nullable Route route;
    // look up, forward, store
    private final CacheOutcome cache = new CacheOutcome();
    private @Nullable Answer answer;
    private @Nullable Recording recording;
    private @Nullable Instant storedAt;
    private @Nullable OriginTimings origin;
    private Instant originSent = Instant.EPOCH;
    private Instant originAnswered = Instant.EPOCH;
    private Runnable whenClientGone = () -> {};
    private boolean clientGone;
    // reply
    private @Nullable Buffer lastChunk;
    private long requestBodyBytes;
    private long responseBodyBytes;
    private @Nullable LocalAnswer local;
    private Termination termination = Termination.COMPLETE;
    private String terminationReason = "";
    private boolean bodyTaken;
    private boolean closesAfterwards;
    private boolean recorded;
    private boolean admitted;

    Exchange(
            String id,
            HttpServerRequest request,
            ListenerContext listener,
            InetAddress peer,
            Timeline timeline,
            long receivedMillis) {
        this.id = id;
        this.request = request;
        this.listener = listener;
        this.peer = peer;
        this.timeline = timeline;
        this.receivedMillis = receivedMillis;
    }

    /** How an exchange ended. */
    enum Termination {
        COMPLETE("complete"),
        CLIENT_CLOSED("client-closed"),
        ORIGIN_BROKEN("origin-broken"),
        /** By a rule. */
        DENIED("denied"),
        /** For its form: there was no request. */
        MALFORMED("malformed"),
        FAILED("failed");

        private final String word;

        Termination(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * Where a request goes.
     *
     * @param zone the cache's zone; empty if nothing may be stored or looked up
     * @param name of the upstream, or of the mode
     */
    record Route(
            Destination destination,
            String zone,
            String name,
            boolean hostOfTarget,
            boolean cache,
            ExchangeTimeouts timeouts) {}

    /**
     * What the rules said.
     *
     * @param outcome the word for the log
     * @param rule that decided, empty if none was asked
     * @param revision in force
     * @param awaitsResponse whether the rules must be asked again with the response's head
     */
    record PolicyVerdict(String outcome, String rule, String revision, boolean awaitsResponse) {
        static final PolicyVerdict NONE = new PolicyVerdict("", "", "", false);
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

    /** The other end of the connection. */
    InetAddress peer() {
        return peer;
    }

    Timeline timeline() {
        return timeline;
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

    /** The client, through trusted hops; before identify the peer. */
    InetAddress client() {
        return client == null ? peer : client;
    }

    boolean peerTrusted() {
        return peerTrusted;
    }

    void client(InetAddress address, boolean trusted) {
        client = address;
        peerTrusted = trusted;
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
        local = value;
        closesAfterwards |= value.closes();
        terminated(value.termination(), value.reason());
    }

    @Nullable
    LocalAnswer local() {
        return local;
    }

    /** What takes the body down for the cache; null if nothing does. */
    @Nullable
    Recording recording() {
        return recording;
    }

    void recording(Recording value) {
        recording = value;
    }

    /** Nothing is kept of the answer after all. */
    void dropRecording() {
        if (recording != null) {
            recording.abort();
            recording = null;
        }
    }

    /** Whether the answer is what was stored. */
    boolean isFromCache() {
        return storedAt != null;
    }

    Instant storedAt() {
        return Objects.requireNonNull(storedAt, "not from the cache");
    }

    void storedAt(Instant value) {
        storedAt = value;
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

    boolean isClientGone() {
        return clientGone;
    }

    boolean isMultiplexed() {
        return request.version() == HttpVersion.HTTP_2;
    }

    /** The content of the request, for whoever sends it on; can be taken once. */
    RequestBody requestBody() {
        CanonicalRequest head = canonical();
        if (!head.bodyAnnounced()) {
            return RequestBody.none();
        }
        bodyTaken = true;
        return RequestBody.of(new CountedBody(request, this), head.declaredLength(), HeaderFields::empty);
    }

    /** Whether the client is sending content that nobody takes. */
    boolean hasUnreadBody() {
        return !bodyTaken && (canonical == null || canonical.bodyAnnounced());
    }

    /** How much of it there can be at the most. */
    long unreadBytes() {
        return canonical == null ? Long.MAX_VALUE : canonical.declaredLength().orElse(Long.MAX_VALUE);
    }

    /** The connection ends with this answer. */
    void closeAfterwards() {
        closesAfterwards = true;
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

    void admitted() {
        admitted = true;
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
