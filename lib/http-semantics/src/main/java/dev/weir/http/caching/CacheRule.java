package dev.weir.http.caching;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What holds for the responses of some URLs beside the RFCs: an operator's rule, which has a name, or none at all.
 *
 * @param name said wherever the rule holds; empty if there is no rule
 * @param targets the fields that count instead of Cache-Control
 * @param lifetime of responses with a status below 400
 * @param errors lifetime of errors that may be fresh without a word of the origin (404, 405, 410, 414, 501)
 * @param ignored what isn't heeded
 * @param query what counts of queries, for the key and for the origin
 * @param mostPostBytes content of a POST whose answer may be stored; 0 if none may
 */
public record CacheRule(
        String name,
        TargetList targets,
        LifetimeRule lifetime,
        LifetimeRule errors,
        Set<Ignored> ignored,
        QueryRule query,
        long mostPostBytes) {
    /** Nothing holds but the RFCs. */
    public static final CacheRule NONE = none(TargetList.NONE);

    /** Keeps what is stored although its origin forbids it from whoever doesn't ignore the same. */
    private static final String IGNORES = "~ignores-";

    private static final String POST = "~post-";

    /** Copies what is ignored. */
    public CacheRule {
        ignored = Set.copyOf(ignored);
    }

    /** Nothing holds but the RFCs, and the targeted fields. */
    public static CacheRule none(TargetList targets) {
        return new CacheRule("", targets, LifetimeRule.NONE, LifetimeRule.NONE, Set.of(), QueryRule.NONE, 0);
    }

    /** Whether it is nobody's. */
    public boolean isNone() {
        return name.isEmpty();
    }

    /** The key of a request for a path: not of CONNECT or {@code OPTIONS *}. */
    public CacheKey key(String zone, CanonicalRequest request) {
        CacheKey whole = CacheKey.of(zone(zone), request);
        return query.isNone() ? whole : of(whole);
    }

    /** The key of a POST, whose answer is for the same content only. */
    public CacheKey postKey(String zone, CanonicalRequest request, String digest) {
        return key(zone + POST + digest, request);
    }

    /** Whether a key is of a POST. */
    public static boolean isOfPost(CacheKey key) {
        return key.zone().contains(POST);
    }

    /** The key with what counts of its query. */
    CacheKey of(CacheKey key) {
        String counting = query.apply(key.query());
        return counting.equals(key.query())
                ? key
                : new CacheKey(key.zone(), key.scheme(), key.authority(), key.path(), counting);
    }

    /** The zone within which responses are shared: with others who ignore the same. */
    private String zone(String zone) {
        if (ignored.isEmpty()) {
            return zone;
        }
        String words = EnumSet.copyOf(ignored).stream()
                .filter(Ignored::isOfResponses)
                .map(Ignored::token)
                .collect(Collectors.joining("+"));
        return words.isEmpty() ? zone : zone + IGNORES + words;
    }

    /** Whether answers to POST may be stored. */
    public boolean cachesPost() {
        return mostPostBytes > 0;
    }

    /** The directives of a request that count. */
    public CacheDirectives requestDirectives(HeaderFields request) {
        return ignored.contains(Ignored.REQUEST_DIRECTIVES) ? CacheDirectives.NONE : CacheDirectives.ofRequest(request);
    }

    /** What counts of what a response varies by. */
    public Vary vary(HeaderFields response) {
        Vary vary = Vary.of(response);
        return ignored.contains(Ignored.VARY) ? vary.onlyWhatIsNeeded() : vary;
    }

    /** What is stored of a head: for others than the client that it was made for. */
    public StoredHead stored(StoredHead head) {
        return ignored.contains(Ignored.SET_COOKIE) && head.fields().contains("Set-Cookie")
                ? new StoredHead(
                        head.status(),
                        head.fields().without(field -> field.equalsIgnoreCase("Set-Cookie")),
                        head.requestTime(),
                        head.responseTime())
                : head;
    }

    /** Nothing but what counts of the words of the origin. */
    CacheRule ofOrigin() {
        return isNone() ? this : none(targets);
    }

    /** What counts of a response's directives. */
    CacheDirectives responseDirectives(CacheDirectives said) {
        int away = 0;
        for (Ignored each : ignored) {
            away |= each.directives();
        }
        return away == 0 ? said : said.without(away);
    }

    /** What counts of them once the response is stored, and for how long it is fresh is known. */
    CacheDirectives storedDirectives(CacheDirectives counting) {
        return ignored.contains(Ignored.PROXY_REVALIDATE) ? counting.without(Directive.S_MAXAGE.bit()) : counting;
    }

    /** What is wanted of the lifetime of a response with this status. */
    LifetimeRule lifetime(int status) {
        if (status < 400) {
            return lifetime;
        }
        return Freshness.isHeuristicallyCacheable(status) ? errors : LifetimeRule.NONE;
    }
}
