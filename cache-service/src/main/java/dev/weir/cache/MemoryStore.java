package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.PurgedMarks;
import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.ScopeMarks;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Responses in this process, for a Weir without Redis. Weighed in bytes; the URLs that were not asked for longest go
 * first. What a purge of a tag, a prefix or a group is of isn't looked for: it is judged when it is asked for, and goes
 * first as all that nobody is given. Confined to one context.
 */
final class MemoryStore implements ResponseStore {
    private static final int OVERHEAD_BYTES = 1024;

    /** Counting them takes some milliseconds of the event loop. */
    private static final long MOST_COUNTED = 200_000;

    private final long mostBytes;
    private final InstantSource clock;
    private final PurgeSequence purges;
    private final MemoryLeases leases;
    private final Map<String, List<Entry>> byUrl = new LinkedHashMap<>(16, 0.75f, true);
    private final AtomicLong bytes = new AtomicLong();
    private long lastSerial;

    /** A response and what became of it; the oldest of a URL stand first. */
    private static final class Entry {
        final StoredValue value;
        final PurgeMarks marks;
        final long purges;
        final long serial;
        final long token;
        final long storedMillis;
        final long expiresMillis;
        final int weight;
        boolean stale;

        /**
         * A response.
         *
         * @param purges the number of the newest when it was stored
         * @param serial what is stored later has a higher one
         */
        Entry(CacheStore response, PurgeMarks marks, long purges, long serial, long now) {
            this.value = StoredValue.of(response);
            this.marks = marks;
            this.purges = purges;
            this.serial = serial;
            this.token = response.token();
            this.storedMillis = storedMillis(response, now);
            this.expiresMillis = now + response.keepMillis();
            int characters = value.key().length();
            for (int i = 0; i < value.fields().size(); i++) {
                characters += value.fields().name(i).length()
                        + value.fields().value(i).length();
            }
            this.weight = OVERHEAD_BYTES
                    + 2 * characters
                    + 8 * marks.size()
                    + value.body().length();
        }

        boolean sameVariant(CacheStore response, RequestVariants request) {
            return value.varyNames().equals(response.varyNames()) && value.isSelectedBy(request);
        }

        static long storedMillis(CacheStore response, long now) {
            return now - Math.max(0, response.residentMillis());
        }

        /** Whether it takes the place of a response that comes after it: tokens tell what was asked for first. */
        boolean isLater(CacheStore response, RequestVariants request, PurgeSequence sequence, long now) {
            boolean later = (token > 0 && response.token() > 0)
                    ? token > response.token() && maySelect(response, request)
                    : storedMillis > storedMillis(response, now) && sameVariant(response, request);
            return later
                    && value.key().equals(response.key())
                    && expiresMillis > now
                    && standing(sequence) != PurgedMarks.Standing.PURGED;
        }

        PurgedMarks.Standing standing(PurgeSequence sequence) {
            PurgedMarks.Standing standing = sequence.standing(marks, purges);
            return standing == PurgedMarks.Standing.GOOD && stale ? PurgedMarks.Standing.SOFTENED : standing;
        }

        boolean hiddenBy(CacheStore response, RequestVariants request, PurgeSequence sequence, long now) {
            return value.key().equals(response.key())
                    && value.status() < 400
                    && standing(sequence) == PurgedMarks.Standing.GOOD
                    && expiresMillis > now
                    && maySelect(response, request);
        }

        /** Whether it may answer the requests that {@code response} answers, as far as can be told. */
        private boolean maySelect(CacheStore response, RequestVariants request) {
            return !value.varyNames().equals(response.varyNames()) || sameVariant(response, request);
        }
    }

    /**
     * An empty one.
     *
     * @param mostBytes what all responses may weigh
     * @param epoch of the sequence of purges
     */
    MemoryStore(long mostBytes, InstantSource clock, long epoch) {
        this.mostBytes = mostBytes;
        this.clock = clock;
        this.purges = new PurgeSequence(epoch, PURGES_REMEMBERED, WIDE_PURGES_REMEMBERED);
        this.leases = new MemoryLeases(purges);
    }

    @Override
    public Future<Found> lookup(String key, String url, HeaderFields request) {
        return Future.succeededFuture(find(key, url, request, 0, millis())
                .<Found>map(stored -> new Found.Response(stored.hit()))
                .orElseGet(() -> new Found.Nothing(purges.newest())));
    }

    @Override
    public Future<LeaseLookupReply> lookup(LeaseLookup asked, String url) {
        long now = millis();
        return Future.succeededFuture(find(
                        asked.key(), url, asked.fields(), asked.wish().beyond(), now)
                .<LeaseLookupReply>map(Function.identity())
                .orElseGet(() ->
                        leases.ask(LeaseName.of(asked.key(), url, asked.wish().group()), url, asked.wish(), now)));
    }

    @Override
    public Future<LeasesLost> leases(LeasesHeld given) {
        return Future.succeededFuture(leases.take(given, millis()));
    }

    @Override
    public Future<CacheStoreReply.Outcome> store(CacheStore response, String lease) {
        long now = millis();
        boolean overtaken = LeaseName.parse(lease, response.url())
                .map(name -> leases.isOvertaken(name, response.token(), now))
                .orElse(false);
        return Future.succeededFuture(keep(response, overtaken, now));
    }

    @Override
    public Future<Purged> purge(PurgeScope scope, boolean soft) {
        SequencePair pair = purges.add(scope, soft);
        if (scope.kind() == PurgeScope.Kind.ALL && !soft) {
            long met = byUrl.values().stream().mapToLong(List::size).sum();
            byUrl.clear();
            bytes.set(0);
            return Future.succeededFuture(new Purged(pair, met));
        }
        if (scope.isWide()) {
            return Future.succeededFuture(new Purged(pair, PurgeReport.UNKNOWN));
        }
        String url = scope.subject();
        List<Entry> entries = byUrl.getOrDefault(url, List.of());
        if (soft) {
            entries.forEach(entry -> entry.stale = true);
        } else {
            remove(url);
        }
        return Future.succeededFuture(new Purged(pair, entries.size()));
    }

    @Override
    public Future<Counted> count(List<PurgeScope> scopes) {
        long now = millis();
        ScopeMarks asked = ScopeMarks.of(scopes);
        long met = 0;
        long seen = 0;
        for (Map.Entry<String, List<Entry>> each : byUrl.entrySet()) {
            if (seen >= MOST_COUNTED) {
                return Future.succeededFuture(new Counted(met, false));
            }
            for (Entry entry : each.getValue()) {
                seen++;
                boolean lives = entry.expiresMillis > now && entry.standing(purges) != PurgedMarks.Standing.PURGED;
                met += lives && asked.anyMeets(each.getKey(), entry.marks) ? 1 : 0;
            }
        }
        return Future.succeededFuture(new Counted(met, true));
    }

    @Override
    public Future<SequencePair> newestPurge() {
        return Future.succeededFuture(purges.newest());
    }

    @Override
    public Future<ScopeLog> purgesSince(SequencePair since, int most) {
        return Future.succeededFuture(purges.since(since, most));
    }

    @Override
    public String trouble() {
        return "";
    }

    @Override
    public Future<Void> close() {
        byUrl.clear();
        bytes.set(0);
        return Future.succeededFuture();
    }

    /** What all responses weigh, in bytes. */
    long bytes() {
        return bytes.get();
    }

    private Optional<LeaseLookupReply.Stored> find(
            String key, String url, HeaderFields request, long beyond, long now) {
        List<Entry> entries = byUrl.getOrDefault(url, List.of());
        RequestVariants variants = new RequestVariants(request);
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.expiresMillis > now
                    && entry.serial > beyond
                    && entry.value.key().equals(key)
                    && entry.value.isSelectedBy(variants)) {
                PurgedMarks.Standing standing = entry.standing(purges);
                if (standing != PurgedMarks.Standing.PURGED) {
                    boolean stale = standing == PurgedMarks.Standing.SOFTENED;
                    return Optional.of(new LeaseLookupReply.Stored(entry.serial, hit(entry, stale, now)));
                }
            }
        }
        return Optional.empty();
    }

    private CacheStoreReply.Outcome keep(CacheStore response, boolean overtaken, long now) {
        if (response.keepMillis() <= 0) {
            return CacheStoreReply.Outcome.UNAVAILABLE;
        }
        PurgeMarks marks = PurgeMarks.of(response.url(), response.fields());
        if (!marks.whole()) {
            return CacheStoreReply.Outcome.UNAVAILABLE;
        }
        if (purges.purgedSince(response.url(), marks, response.purges())) {
            return CacheStoreReply.Outcome.PURGED;
        }
        List<Entry> before = byUrl.getOrDefault(response.url(), List.of());
        RequestVariants request = new RequestVariants(response.selecting());
        if (overtaken || before.stream().anyMatch(entry -> entry.isLater(response, request, purges, now))) {
            return CacheStoreReply.Outcome.LATE;
        }
        if (response.status() >= 400
                && before.stream().anyMatch(entry -> entry.hiddenBy(response, request, purges, now))) {
            return CacheStoreReply.Outcome.OUTRANKED;
        }
        Entry added = new Entry(response, marks, purges.newest().number(), ++lastSerial, now);
        if (added.weight > mostBytes) {
            return CacheStoreReply.Outcome.UNAVAILABLE;
        }
        List<Entry> kept = survivors(before, response, request, now);
        remove(response.url());
        kept.add(added);
        byUrl.put(response.url(), kept);
        kept.forEach(entry -> bytes.addAndGet(entry.weight));
        makeRoom();
        return CacheStoreReply.Outcome.STORED;
    }

    /** Of the entries of a URL, oldest first, those that stay beside {@code response}. */
    private List<Entry> survivors(List<Entry> before, CacheStore response, RequestVariants request, long now) {
        List<Entry> newestFirst = new ArrayList<>();
        int ofKey = 1;
        for (int i = before.size() - 1; i >= 0; i--) {
            Entry entry = before.get(i);
            boolean mine = entry.value.key().equals(response.key());
            boolean goes = entry.expiresMillis <= now
                    || entry.standing(purges) == PurgedMarks.Standing.PURGED
                    || (mine && (entry.sameVariant(response, request) || ofKey >= VARIANTS_OF_KEY))
                    || newestFirst.size() + 1 >= RESPONSES_OF_URL;
            if (!goes) {
                newestFirst.add(entry);
                ofKey += mine ? 1 : 0;
            }
        }
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private void makeRoom() {
        Iterator<List<Entry>> longestUnused = byUrl.values().iterator();
        while (bytes.get() > mostBytes && longestUnused.hasNext()) {
            longestUnused.next().forEach(entry -> bytes.addAndGet(-entry.weight));
            longestUnused.remove();
        }
    }

    private void remove(String url) {
        List<Entry> removed = byUrl.remove(url);
        if (removed != null) {
            removed.forEach(entry -> bytes.addAndGet(-entry.weight));
        }
    }

    private CacheLookupReply.Hit hit(Entry entry, boolean stale, long now) {
        StoredValue value = entry.value;
        return new CacheLookupReply.Hit(
                value.status(),
                value.fields(),
                value.varyNames(),
                value.responseDelayMillis(),
                Math.max(0, now - entry.storedMillis),
                stale,
                purges.newest(),
                value.body());
    }

    private long millis() {
        Instant now = clock.instant();
        return now.toEpochMilli();
    }
}
