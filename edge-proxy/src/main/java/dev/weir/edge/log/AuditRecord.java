package dev.weir.edge.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * What one exchange leaves behind. Filled by the phases that know, each value once, then given to
 * {@link AuditOutbox#append} and not touched again. A text left empty or a number left negative is not written. Names on
 * the wire are OpenTelemetry's for HTTP where it has one.
 *
 * <p>Lives with its exchange, on one event loop.
 */
public final class AuditRecord {
    /** What a record tells of. */
    public enum Kind {
        /** A client's request and what became of it. */
        EXCHANGE("exchange"),
        /** A tunnel that was closed. */
        TUNNEL("tunnel"),
        /** A connection or stream refused before there was a request. */
        REFUSED("refused"),
        /** Bytes that are not a request. */
        MALFORMED("malformed");

        private final String token;

        Kind(String token) {
            this.token = token;
        }

        /** The word in the log. */
        public String token() {
            return token;
        }
    }

    private final Kind kind;
    private final long millis;
    private String listener = "";
    private String mode = "";
    private String clientAddress = "";
    private String method = "";
    private String scheme = "";
    private String serverAddress = "";
    private int serverPort = -1;
    private String path = "";
    private String query = "";
    private int status = -1;
    private String protocolVersion = "";
    private String userAgent = "";
    private String clientRequestId = "";
    private String requestId = "";
    private long requestBodyBytes = -1;
    private long responseBodyBytes = -1;
    private long durationMicros = -1;
    private String cache = "";
    private String cacheForwarded = "";
    private String cacheReason = "";
    private String cacheRule = "";
    private String policyRule = "";
    private String policyRevision = "";
    private String policyOutcome = "";
    private String upstream = "";
    private String upstreamAddress = "";
    private int retries = -1;
    private String termination = "";
    private String reason = "";

    /** A record of what began at {@code millis} since 1970. */
    public AuditRecord(Kind kind, long millis) {
        this.kind = kind;
        this.millis = millis;
    }

    /** What it tells of. */
    public Kind kind() {
        return kind;
    }

    /** When it began, since 1970. */
    public long millis() {
        return millis;
    }

    /** Name of the listener. */
    @CanIgnoreReturnValue
    public AuditRecord listener(String value) {
        listener = value;
        return this;
    }

    /** What the listener is: reverse, forward, transparent. */
    @CanIgnoreReturnValue
    public AuditRecord mode(String value) {
        mode = value;
        return this;
    }

    /** Who asked, masked by {@link ClientMask}. */
    @CanIgnoreReturnValue
    public AuditRecord clientAddress(String value) {
        clientAddress = value;
        return this;
    }

    /** Method. */
    @CanIgnoreReturnValue
    public AuditRecord method(String value) {
        method = value;
        return this;
    }

    /** Scheme of the target. */
    @CanIgnoreReturnValue
    public AuditRecord scheme(String value) {
        scheme = value;
        return this;
    }

    /** Host of the target, as the client named it. */
    @CanIgnoreReturnValue
    public AuditRecord serverAddress(String value) {
        serverAddress = value;
        return this;
    }

    /** Port of the target. */
    @CanIgnoreReturnValue
    public AuditRecord serverPort(int value) {
        serverPort = value;
        return this;
    }

    /** Path of the target, as it came. */
    @CanIgnoreReturnValue
    public AuditRecord path(String value) {
        path = value;
        return this;
    }

    /** Query of the target, as it came, without the question mark. */
    @CanIgnoreReturnValue
    public AuditRecord query(String value) {
        query = value;
        return this;
    }

    /** Status that the client was sent. */
    @CanIgnoreReturnValue
    public AuditRecord status(int value) {
        status = value;
        return this;
    }

    /** What the client spoke: 1.0, 1.1, 2. */
    @CanIgnoreReturnValue
    public AuditRecord protocolVersion(String value) {
        protocolVersion = value;
        return this;
    }

    /** User-Agent of the request. */
    @CanIgnoreReturnValue
    public AuditRecord userAgent(String value) {
        userAgent = value;
        return this;
    }

    /** X-Request-Id that the client sent; only kept in an {@link Kind#EXCHANGE}. */
    @CanIgnoreReturnValue
    public AuditRecord clientRequestId(String value) {
        clientRequestId = value;
        return this;
    }

    /** Our own id of the request. */
    @CanIgnoreReturnValue
    public AuditRecord requestId(String value) {
        requestId = value;
        return this;
    }

    /** Bytes of body that the client sent; of a tunnel, what it sent. */
    @CanIgnoreReturnValue
    public AuditRecord requestBodyBytes(long value) {
        requestBodyBytes = value;
        return this;
    }

    /** Bytes of body that the client was sent; of a tunnel, what it was sent. */
    @CanIgnoreReturnValue
    public AuditRecord responseBodyBytes(long value) {
        responseBodyBytes = value;
        return this;
    }

    /** From the first byte of the head to the end, in microseconds. */
    @CanIgnoreReturnValue
    public AuditRecord durationMicros(long value) {
        durationMicros = value;
        return this;
    }

    /** What the cache did: hit, miss, … */
    @CanIgnoreReturnValue
    public AuditRecord cache(String value) {
        cache = value;
        return this;
    }

    /** Why the origin was asked, in the words of Cache-Status: miss, stale, request, … */
    @CanIgnoreReturnValue
    public AuditRecord cacheForwarded(String value) {
        cacheForwarded = value;
        return this;
    }

    /** Why the answer wasn't stored, or the cache had nothing to do with it. */
    @CanIgnoreReturnValue
    public AuditRecord cacheReason(String value) {
        cacheReason = value;
        return this;
    }

    /** Name of the cache's rule that held; nothing if none did. */
    @CanIgnoreReturnValue
    public AuditRecord cacheRule(String value) {
        cacheRule = value;
        return this;
    }

    /** Name of the rule that decided. */
    @CanIgnoreReturnValue
    public AuditRecord policyRule(String value) {
        policyRule = value;
        return this;
    }

    /** Revision of the policy that the rule is in. */
    @CanIgnoreReturnValue
    public AuditRecord policyRevision(String value) {
        policyRevision = value;
        return this;
    }

    /** What the rule said: allow, deny, … */
    @CanIgnoreReturnValue
    public AuditRecord policyOutcome(String value) {
        policyOutcome = value;
        return this;
    }

    /** Name of the upstream. */
    @CanIgnoreReturnValue
    public AuditRecord upstream(String value) {
        upstream = value;
        return this;
    }

    /** Address and port that was dialled. */
    @CanIgnoreReturnValue
    public AuditRecord upstreamAddress(String value) {
        upstreamAddress = value;
        return this;
    }

    /** How often the request was sent again. */
    @CanIgnoreReturnValue
    public AuditRecord retries(int value) {
        retries = value;
        return this;
    }

    /** How it ended: complete, client-closed, origin-broken, too-slow, denied, refused, … */
    @CanIgnoreReturnValue
    public AuditRecord termination(String value) {
        termination = value;
        return this;
    }

    /** Why it ended so: the token that Proxy-Status has, too. */
    @CanIgnoreReturnValue
    public AuditRecord reason(String value) {
        reason = value;
        return this;
    }

    /** Writes all but edge, epoch and number. */
    void writeTo(JsonLine line) {
        line.begin(millis);
        line.text(Keys.KIND, kind.token, 16);
        line.text(Keys.LISTENER, listener, 128);
        line.text(Keys.MODE, mode, 32);
        line.text(Keys.CLIENT_ADDRESS, clientAddress, 64);
        line.text(Keys.METHOD, method, 64);
        line.text(Keys.SCHEME, scheme, 32);
        line.text(Keys.SERVER_ADDRESS, serverAddress, 256);
        line.number(Keys.SERVER_PORT, serverPort);
        line.text(Keys.PATH, path, 2048);
        line.text(Keys.QUERY, query, 2048);
        line.number(Keys.STATUS, status);
        line.text(Keys.PROTOCOL_VERSION, protocolVersion, 16);
        line.text(Keys.USER_AGENT, userAgent, 512);
        if (kind == Kind.EXCHANGE) {
            line.text(Keys.CLIENT_REQUEST_ID, clientRequestId, 128);
        }
        line.text(Keys.REQUEST_ID, requestId, 128);
        line.number(Keys.REQUEST_BODY_BYTES, requestBodyBytes);
        line.number(Keys.RESPONSE_BODY_BYTES, responseBodyBytes);
        line.number(Keys.DURATION_MICROS, durationMicros);
        line.text(Keys.CACHE, cache, 64);
        line.text(Keys.CACHE_FORWARDED, cacheForwarded, 32);
        line.text(Keys.CACHE_REASON, cacheReason, 64);
        line.text(Keys.CACHE_RULE, cacheRule, 64);
        line.text(Keys.POLICY_RULE, policyRule, 256);
        line.text(Keys.POLICY_REVISION, policyRevision, 64);
        line.text(Keys.POLICY_OUTCOME, policyOutcome, 64);
        line.text(Keys.UPSTREAM, upstream, 128);
        line.text(Keys.UPSTREAM_ADDRESS, upstreamAddress, 128);
        line.number(Keys.RETRIES, retries);
        line.text(Keys.TERMINATION, termination, 64);
        line.text(Keys.REASON, reason, 128);
        line.finish();
    }

    /** Names on the wire, as bytes. */
    private static final class Keys {
        static final byte[] KIND = JsonLine.key("kind");
        static final byte[] LISTENER = JsonLine.key("listener");
        static final byte[] MODE = JsonLine.key("mode");
        static final byte[] CLIENT_ADDRESS = JsonLine.key("client.address");
        static final byte[] METHOD = JsonLine.key("http.request.method");
        static final byte[] SCHEME = JsonLine.key("url.scheme");
        static final byte[] SERVER_ADDRESS = JsonLine.key("server.address");
        static final byte[] SERVER_PORT = JsonLine.key("server.port");
        static final byte[] PATH = JsonLine.key("url.path");
        static final byte[] QUERY = JsonLine.key("url.query");
        static final byte[] STATUS = JsonLine.key("http.response.status_code");
        static final byte[] PROTOCOL_VERSION = JsonLine.key("network.protocol.version");
        static final byte[] USER_AGENT = JsonLine.key("user_agent.original");
        static final byte[] CLIENT_REQUEST_ID = JsonLine.key("client_request_id");
        static final byte[] REQUEST_ID = JsonLine.key("request_id");
        static final byte[] REQUEST_BODY_BYTES = JsonLine.key("http.request.body.size");
        static final byte[] RESPONSE_BODY_BYTES = JsonLine.key("http.response.body.size");
        static final byte[] DURATION_MICROS = JsonLine.key("duration_us");
        static final byte[] CACHE = JsonLine.key("cache");
        static final byte[] CACHE_FORWARDED = JsonLine.key("cache.fwd");
        static final byte[] CACHE_REASON = JsonLine.key("cache.reason");
        static final byte[] CACHE_RULE = JsonLine.key("cache.rule");
        static final byte[] POLICY_RULE = JsonLine.key("policy.rule");
        static final byte[] POLICY_REVISION = JsonLine.key("policy.revision");
        static final byte[] POLICY_OUTCOME = JsonLine.key("policy.outcome");
        static final byte[] UPSTREAM = JsonLine.key("upstream");
        static final byte[] UPSTREAM_ADDRESS = JsonLine.key("upstream.address");
        static final byte[] RETRIES = JsonLine.key("retries");
        static final byte[] TERMINATION = JsonLine.key("termination");
        static final byte[] REASON = JsonLine.key("termination.reason");

        private Keys() {}
    }
}
