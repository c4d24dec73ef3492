package dev.weir.edge.cache;

import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.PartialContent;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.StoredHead;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.config.CacheConfig;
import dev.weir.runtime.config.WhenCutOff;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cache as the pipeline uses it. The order for one request: {@link #peek}; if that gives nothing fresh,
 * {@link #enter}, where who leads goes on and the others wait for what that one finds; {@link #lookup}; if the origin is
 * asked, with the {@link Fill} from there, either {@link #begin} for a response to store or {@link #refresh} after a 304.
 * Every {@link L1Entry} given out is released, every {@link Seat} left by its receiver. Thread-safe; futures complete on
 * the context that asked, and never fail.
 */
public final class EdgeCache {
    private static final int PURGES_REMEMBERED = 10_000;
    private static final int FAILURES_UNTIL_OPEN = 5;
    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);

    /** One object may be this part of the whole. */
    private static final int SHARE_OF_ONE_OBJECT = 4;

    /** Positions in a stored body are ints. */
    private static final long MOST_OF_ANY_OBJECT = Integer.MAX_VALUE - 1024L * 1024;

    private final BodyMemory memory;
    private final L1 l1;
    private final Storing storing;
    private final RecentPurges recent;
    private final Purges purges;
    private final SharedTier shared;
    private final SharedLookup sharedLookup;
    private final Leases leases;
    private final RecentRefusals refusals;
    private final Fetches fetches;
    private final LastRefusals lastRefusals;
    private final CacheCounters counters;
    private final InstantSource clock;
    private final CacheRules rules;
    private final boolean revalidateWhenCutOff;
    private final long mostBytesOfObject;
    private final int mostBytesOfParts;

    /** Called on the context of the edge's service. */
    public EdgeCache(ServiceContext context) {
        this(
                context.vertx(),
                context.bus(),
                context.nodeName(),
                // Without a cluster there is no other edge to ask for.
                context.config().cluster().isEmpty()
                        ? null
                        : new Asker(
                                context.nodeName(),
                                context.instance(),
                                () -> context.channel().address().orElse("")),
                context.config().cache(),
                context.metrics(),
                context.clock(),
                System::nanoTime);
        context.status().word("purges", () -> purges.applied().toString());
    }

    EdgeCache(
            Vertx vertx,
            Bus bus,
            String node,
            @Nullable Asker asker,
            CacheConfig config,
            Metrics metrics,
            InstantSource clock,
            LongSupplier nanos) {
        long bytes = config.memory().bytes();
        this.clock = clock;
        this.counters = new CacheCounters(metrics);
        this.memory = new BodyMemory(bytes);
        this.recent = new RecentPurges(PURGES_REMEMBERED, clock);
        this.rules = config.applied();
        this.l1 = new L1(bytes, config.maxVariants(), recent);
        this.purges = new Purges(vertx, bus, node, l1, recent, rules, config.purgeLease(), nanos, counters);
        Breaker breaker = new Breaker(FAILURES_UNTIL_OPEN, PROBE_EVERY);
        this.shared = new SharedTier(vertx, bus, config.lookup(), breaker, nanos, counters);
        this.refusals = new RecentRefusals(nanos);
        this.lastRefusals = new LastRefusals(nanos);
        this.storing = new Storing(l1, shared, memory, recent, counters, lastRefusals, clock, rules);
        this.leases = new Leases(vertx, bus, asker, counters);
        this.sharedLookup =
                new SharedLookup(shared, leases, storing, config.lookup(), counters, clock, nanos, this::isUnchecked);
        this.fetches = new Fetches(nanos, recent, counters, config.waiting());
        this.revalidateWhenCutOff = config.whenCutOff() == WhenCutOff.REVALIDATE;
        this.mostBytesOfObject = Math.min(
                MOST_OF_ANY_OBJECT,
                Math.min(config.maxObject().bytes(), Math.max(bytes / SHARE_OF_ONE_OBJECT, SharedTier.LARGEST_BODY)));
        // With room for their heads: a key may have a quarter of all.
        this.mostBytesOfParts = (int) Math.min(mostBytesOfObject, bytes / SHARE_OF_ONE_OBJECT / 8 * 7);
        tell(metrics);
    }

    /** What this edge has for the request, at once. The receiver releases the entry. */
    public Optional<L1Entry> peek(CacheKey key, HeaderFields request) {
        return purges.isBehind() ? Optional.empty() : l1.find(key, request, isUnchecked());
    }

    /**
     * What there is for the request: from this edge if it is fresh, else from the shared tier within its budget, else
     * whatever this edge has. The shared tier isn't asked for what {@link #refused} has just told of.
     */
    public Future<Found> lookup(CacheKey key, HeaderFields request) {
        return lookup(key, request, sharedLookup::alone);
    }

    /**
     * The same for who leads a fetch, and asks the origin for other edges, too, if others may join it: one of all edges
     * does, and the others are told which.
     */
    public Future<Found> lookup(CacheKey key, HeaderFields request, Seat leader) {
        return lookup(key, request, asked -> sharedLookup.forAll(asked, leader.fetch(), false, 0));
    }

    /**
     * The same once more, after following another edge came to nothing.
     *
     * @param lost token under which it was followed
     */
    public Future<Found> lookup(CacheKey key, HeaderFields request, Seat leader, long lost) {
        return lookup(key, request, asked -> sharedLookup.forAll(asked, leader.fetch(), false, lost));
    }

    /** The same for a fetch for the background. */
    public Future<Found> lookupToRenew(CacheKey key, HeaderFields request, Seat leader) {
        return lookup(key, request, asked -> sharedLookup.forAll(asked, leader.fetch(), true, 0));
    }

    private Future<Found> lookup(
            CacheKey key, HeaderFields request, Function<SharedLookup.Asked, Future<Found>> elsewhere) {
        Fill fill = beginFill();
        Optional<L1Entry> mine = peek(key, request);
        // What is missing of a part somebody else may have.
        if (mine.isPresent() && isFresh(mine.get()) && mine.get().isWhole()) {
            counters.count(CacheCounter.LOOKUP_L1);
            return Future.succeededFuture(new Found.InL1(mine.get(), fill));
        }
        if (mine.isEmpty() && refusals.has(key)) {
            counters.count(CacheCounter.LOOKUP_REFUSED);
            return Future.succeededFuture(new Found.Missing(fill));
        }
        return elsewhere.apply(new SharedLookup.Asked(key, request, mine, fill));
    }

    /** The origin has forbidden that its response be stored: for some seconds there's no point in looking for one. */
    public void refused(CacheKey key) {
        refusals.add(key);
    }

    /**
     * A seat at the fetch of this key that is under way, or the leader's of a new one.
     *
     * @param group what sets the request apart from others of the key: only the same share a fetch
     * @param context that the seat is held on
     */
    public Seat enter(CacheKey key, String group, Context context) {
        return enter(key, group, context, false);
    }

    /** The same for one who has seen such a fetch fail. */
    public Seat enterAnew(CacheKey key, String group, Context context) {
        counters.count(CacheCounter.FETCH_ANEW);
        return enter(key, group, context, true);
    }

    private Seat enter(CacheKey key, String group, Context context, boolean anew) {
        // What is asked for within a lease is as new as what was stored before purges fell silent.
        Duration oldest = isUnchecked() ? purges.lease() : Fetches.ANY_AGE;
        return fetches.enter(key, group, (ContextInternal) context, anew, oldest);
    }

    /** Whether who sits at a fetch that has failed may enter anew: not where the second one has just failed, too. */
    public boolean mayEnterAnew(Seat seat) {
        return fetches.mayTryAgain(seat.fetch());
    }

    /** The leader's seat at a fetch for the background, unless one is under way for the same, or failed lately. */
    public Optional<Seat> lead(CacheKey key, String group, Context context) {
        return fetches.lead(key, group, (ContextInternal) context);
    }

    /** A fetch for the background has renewed what is stored. */
    public void renewed() {
        counters.count(CacheCounter.RENEWAL_DONE);
    }

    /** Another edge does that: for some seconds it isn't tried here. */
    public void renewedElsewhere(Seat seat) {
        fetches.leaveToOthers(seat.fetch());
    }

    /** It has not: for some seconds it isn't tried again. */
    public void renewalFailed(Seat seat) {
        fetches.failed(seat.fetch());
    }

    /** The leader's seat at a fetch that nobody joins. */
    public Seat alone(CacheKey key, Context context) {
        return fetches.alone(new FetchKey(key, ""), (ContextInternal) context);
    }

    /** The answer is for nobody but who asked, whoever asks: for some seconds nobody waits for the next one. */
    public void unshared(Seat seat) {
        fetches.unshared(seat.fetch());
        seat.resolve(Shared.ALONE);
    }

    /** The same of an answer to a range, which says nothing of those to others. */
    public void partUnshared(Seat seat) {
        if (seat.fetch().isJoinable()) {
            fetches.unshared(seat.fetch());
        }
        seat.resolve(Shared.ALONE);
    }

    /** A request was answered by following another one's fetch. */
    public void followed() {
        counters.count(CacheCounter.FETCH_FOLLOWED);
    }

    /** A request has waited for another one's fetch, which came to this. */
    public void released(Shared how) {
        counters.count(
                how instanceof Shared.Again
                        ? CacheCounter.FETCH_AGAIN
                        : how instanceof Shared.Failed ? CacheCounter.FETCH_FAILED : CacheCounter.FETCH_RELEASED);
    }

    /** A request has waited for longer than an answer may take. */
    public void waitedInVain() {
        counters.count(CacheCounter.FETCH_LATE);
    }

    /** Whether a response says that it is longer than what is stored. */
    public boolean isTooLong(HeaderFields response) {
        return contentLength(response).orElse(0) > mostBytesOfObject;
    }

    /** A response isn't stored for that. */
    public void tooLong(CacheKey key) {
        counters.count(CacheCounter.RECORD_TOO_BIG);
        lastRefusals.note(key, "too-long");
    }

    /** Whether a response has more tags and groups than it can be purged by: a purge might miss it. */
    public boolean hasTooManyTags(CacheKey key, HeaderFields response) {
        boolean tooMany = !PurgeMarks.of(key.uri(), response).whole();
        if (tooMany) {
            counters.count(CacheCounter.RECORD_TOO_MANY_TAGS);
        }
        return tooMany;
    }

    /** The answer under this key isn't stored for this reason, a word of ours: remembered for who asks for it later. */
    public void unstored(CacheKey key, String why) {
        lastRefusals.note(key, why);
    }

    /** Whether something is stored here under the key of a request that selects nothing of it. */
    public boolean holdsOthers(CacheKey key) {
        return !purges.isBehind() && l1.holds(key);
    }

    /** What there is under a key on this edge, and which of it the request would be given. Changes nothing. */
    public Inspection inspect(CacheKey key, String method, HeaderFields request) {
        return new Inspection(
                l1.inspect(key, method, request, isUnchecked(), clock.instant()),
                lastRefusals.of(key),
                purges.isBehind());
    }

    /** For a response that is fetched without a look-up; made before the origin is asked. */
    public Fill beginFill() {
        return new Fill(0, purges.applied(), recent.now());
    }

    /**
     * Begins to take down a response that is to be stored; whether it may be is for the caller to know. Who waits for it
     * reads it too, if it is fresh.
     *
     * @param request fields of the request as it was looked up
     * @param received head of the response, of which is kept what is for others, too
     * @param leader of the fetch
     */
    public Recording begin(CacheKey key, HeaderFields request, StoredHead received, Fill fill, Seat leader) {
        refusals.remove(key);
        lastRefusals.forget(key);
        CacheRule rule = rules.of(key);
        StoredHead head = rule.stored(received);
        Shared.Storable shared = Shared.Storable.of(head, request, rule);
        if (shared.freshness().isUsableUnasked(clock.instant())) {
            fetches.sharedAgain(leader.fetch());
        } else {
            unshared(leader);
        }
        Recording begun = new Recording(
                memory,
                storing,
                new Recording.Draft(key, request, head, fill),
                contentLength(head.fields()),
                mostBytesOfObject,
                leader.fetch(),
                null);
        leader.resolve(shared);
        return begun;
    }

    /**
     * Begins to take down a part of a representation. Who waits for the same part reads it too, if it is short and fresh;
     * a long one goes at the pace of its client.
     *
     * @param request fields of the request as it was looked up
     * @param received the head as it came, with its own length if its framing tells it
     * @param leader of the fetch
     */
    public Recording beginPart(
            CacheKey key, HeaderFields request, StoredHead received, PartialContent.Part part, Fill fill, Seat leader) {
        refusals.remove(key);
        lastRefusals.forget(key);
        Shared.Storable shared = Shared.Storable.of(received, request, rules.of(key));
        boolean shareable = !StoringPart.isLong(part) && shared.freshness().isUsableUnasked(clock.instant());
        if (!shareable) {
            partUnshared(leader);
        }
        Recording.Draft draft = new Recording.Draft(key, request, part.head(), fill);
        Recording begun = new Recording(
                memory,
                storing,
                draft,
                OptionalLong.of(part.length()),
                Long.MAX_VALUE,
                leader.fetch(),
                new StoringPart(
                        storing, draft, part, contentLength(received.fields()).isPresent(), mostBytesOfParts));
        if (shareable) {
            leader.resolve(shared);
        }
        return begun;
    }

    /**
     * Puts the head that a 304 has renewed in the place of the one of {@code entry}, here and in the shared tier. The
     * entry stays the caller's.
     */
    public void refresh(CacheKey key, HeaderFields request, L1Entry entry, StoredHead merged, Fill fill) {
        StoredHead head = rules.of(key).stored(merged);
        storing.refresh(new Recording.Draft(key, request, head, fill), entry.response());
    }

    /** The origin has said by HEAD that the response isn't what it was: it is stale now. The entry stays the caller's. */
    public void contradicted(L1Entry entry) {
        entry.response().markStale();
        counters.count(CacheCounter.HEAD_CONTRADICTED);
    }

    /**
     * Drops everything stored for these URLs, here at once, elsewhere as soon as the shared tier has told the others;
     * nobody waits for that.
     *
     * @param keys of any zone: their URLs count
     */
    public void invalidate(Collection<CacheKey> keys) {
        for (CacheKey key : keys) {
            String url = rules.stored(key).uri();
            recent.record(url);
            int met = l1.invalidate(url);
            counters.count(met > 0 ? CacheCounter.PURGE_LOCAL : CacheCounter.PURGE_EMPTY);
            shared.purge(url);
        }
    }

    /**
     * Drops whatever is stored of these groups, here at once, elsewhere as soon as the shared tier has told the others;
     * nobody waits for that.
     */
    public void invalidateGroups(List<PurgeScope> groups) {
        groups.forEach(group -> recent.record(group, false));
        shared.purge(groups);
    }

    /** Has an order of a purge carried out on every edge, this one included, and in the shared tier. */
    public Future<PurgeReport> purge(PurgeOrder order) {
        return shared.purge(order);
    }

    /** Ends following purges and drops everything; what was given out stays good until it is released. */
    public void close() {
        leases.close();
        purges.close();
        recent.recordAll();
        l1.clear();
    }

    /** What operators want of some URLs. */
    public CacheRules rules() {
        return rules;
    }

    CacheCounters counters() {
        return counters;
    }

    L1 l1() {
        return l1;
    }

    Leases leases() {
        return leases;
    }

    /** Bytes of direct memory in stored bodies, those still held by readers included. */
    long bodyBytes() {
        return memory.storedBytes();
    }

    /** Bytes of bodies that are taken down, or that aren't stored and still read. */
    long recordingBytes() {
        return memory.recordingBytes();
    }

    /** Whether everything has to be confirmed by its origin. */
    private boolean isUnchecked() {
        return revalidateWhenCutOff && purges.isCutOff();
    }

    private boolean isFresh(L1Entry entry) {
        return !entry.stale() && entry.freshness().isFresh(clock.instant());
    }

    private static OptionalLong contentLength(HeaderFields fields) {
        String length = fields.first("Content-Length").orElse("");
        return length.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(length)) : OptionalLong.empty();
    }

    private void tell(Metrics metrics) {
        metrics.gauge("edge.cache.bytes", "Weight of what is stored, body and overhead.", l1::weight);
        metrics.gauge("edge.cache.keys", "Keys under which something is stored.", l1::keys);
        metrics.gauge("edge.cache.body.bytes", "Direct memory in stored bodies.", memory::storedBytes);
        metrics.gauge("edge.cache.fetches", "Fetches under way that others may join.", fetches::size);
        metrics.gauge("edge.cache.leases", "Fetches under way that are for other edges, too.", leases::size);
        metrics.gauge(
                "edge.cache.recording.bytes",
                "Bodies being taken down, or read and not stored.",
                memory::recordingBytes);
        metrics.gauge("edge.cache.evictions", "Responses that had to go for others.", l1::evictions);
        metrics.gauge("edge.cache.breaker.open", "1 while the shared tier is not asked.", () -> shared.isOut() ? 1 : 0);
        metrics.gauge(
                "edge.cache.purges.silence.millis", "Since something was heard of purges.", purges::silenceMillis);
        metrics.gauge("edge.cache.purges.behind", "1 while purges are missing here.", () -> purges.isBehind() ? 1 : 0);
    }
}
