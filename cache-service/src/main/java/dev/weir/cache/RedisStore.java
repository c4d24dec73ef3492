package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.Vary;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Responses in Redis, one key for each URL; the layout is told in {@code common.lua}. Look-ups have a connection of
 * their own, so that they don't stand behind bodies being stored. Time is Redis' own.
 */
final class RedisStore implements ResponseStore {
    /** Less than the edge waits for, so that it gets its token even then. */
    static final Duration LOOKUP_DEADLINE = Duration.ofMillis(15);

    /** How long responses are counted for a dry run. */
    private static final Duration COUNTING = Duration.ofSeconds(2);

    private static final int KEYS_COUNTED_AT_ONCE = 200;
    private static final int MOST_LOOKUPS = 512;
    private static final int MOST_STORES = 256;
    private static final long LONGEST_KEEP_MILLIS = Duration.ofDays(365).toMillis();

    /**
     * How long is waited.
     *
     * @param lookup for a look-up
     * @param command for anything else
     */
    record Deadlines(Duration lookup, Duration command) {}

    private final RedisLink lookups;
    private final RedisLink stores;
    private final Deadlines deadlines;
    private final StoreFaults faults;
    private final LongSupplier nanos;
    private final LongSupplier epochs;

    /**
     * Connects in the background.
     *
     * @param master how it is reached
     * @param epochs for a new life of the sequence, see {@link Epochs}
     */
    RedisStore(
            Vertx vertx,
            RedisMaster master,
            Deadlines deadlines,
            StoreFaults faults,
            LongSupplier nanos,
            LongSupplier epochs) {
        this.deadlines = deadlines;
        this.faults = faults;
        this.nanos = nanos;
        this.epochs = epochs;
        this.lookups = link(vertx, master, MOST_LOOKUPS);
        this.stores = link(vertx, master, MOST_STORES);
    }

    private RedisLink link(Vertx vertx, RedisMaster master, int mostOutstanding) {
        return new RedisLink(vertx, master, mostOutstanding, this::life, faults, nanos);
    }

    /** Before anything else is asked of it, another run of Redis than the one before begins a life of its own. */
    private Request life(String run) {
        return RedisLink.call(Command.EVALSHA, RedisScript.LIFE.sha1(), RedisKeys.of(""), arguments(run));
    }

    @Override
    public Future<Found> lookup(String key, String url, HeaderFields request) {
        List<Object> arguments = arguments(KeyDigest.of(key), "", "", "", 0, 0, "", 0);
        addFields(arguments, request);
        return lookups.run(RedisScript.LOOKUP, deadlines.lookup(), RedisKeys.of(url), arguments)
                .map(read(answer -> hit(answer, key, url, request)
                        .<Found>map(stored -> new Found.Response(stored.hit()))
                        .orElseGet(() -> new Found.Nothing(pair(answer)))));
    }

    @Override
    public Future<LeaseLookupReply> lookup(LeaseLookup asked, String url) {
        LeaseWish wish = asked.wish();
        LeaseName name = LeaseName.of(asked.key(), url, wish.group());
        List<Object> arguments = arguments(
                KeyDigest.of(asked.key()),
                wish.node(),
                wish.instance(),
                wish.address(),
                wish.lost(),
                wish.beyond(),
                name.url(),
                LEASE.toMillis());
        addFields(arguments, asked.fields());
        return lookups.run(RedisScript.LOOKUP, deadlines.lookup(), RedisKeys.of(url, name), arguments)
                .map(read(answer -> hit(answer, asked.key(), url, asked.fields())
                        .<LeaseLookupReply>map(Function.identity())
                        .orElseGet(() -> lease(answer, name))));
    }

    @Override
    public Future<LeasesLost> leases(LeasesHeld leases) {
        LeaseCall call = new LeaseCall(leases);
        return call.keys().isEmpty()
                ? Future.succeededFuture(call.lost(List.of()))
                : stores.run(RedisScript.LEASES, deadlines.command(), call.keys(), call.arguments())
                        .map(read(call::lost));
    }

    @Override
    public Future<CacheStoreReply.Outcome> store(CacheStore response, String lease) {
        PurgeMarks marks = PurgeMarks.of(response.url(), response.fields());
        if (response.keepMillis() <= 0 || !marks.whole()) {
            return Future.succeededFuture(CacheStoreReply.Outcome.UNAVAILABLE);
        }
        List<Object> arguments = arguments(
                response.purges().epoch(),
                response.purges().number(),
                KeyDigest.of(response.url()),
                KeyDigest.of(response.key()),
                String.join(",", response.varyNames()),
                Math.max(0, response.residentMillis()),
                Math.min(LONGEST_KEEP_MILLIS, response.keepMillis()),
                response.status(),
                StoredValue.of(response).toBytes(),
                VARIANTS_OF_KEY,
                RESPONSES_OF_URL,
                text(marks),
                Math.max(0, response.token()));
        addFields(arguments, response.selecting());
        List<String> keys = LeaseName.parse(lease, response.url())
                .map(name -> RedisKeys.of(response.url(), name))
                .orElseGet(() -> RedisKeys.of(response.url()));
        return stores.run(RedisScript.STORE, deadlines.command(), keys, arguments)
                .map(read(answer -> outcome(answer.toString())));
    }

    @Override
    public Future<Purged> purge(PurgeScope scope, boolean soft) {
        String text = scope.isWide() ? scope.toString() : scope.subject();
        List<Object> arguments = arguments(
                KeyDigest.of(text), text, soft ? 1 : 0, PURGES_REMEMBERED, markOf(scope), WIDE_PURGES_REMEMBERED);
        return stores.run(RedisScript.PURGE, deadlines.command(), RedisKeys.of(scope.subject()), arguments)
                .map(read(answer -> {
                    countWord(answer.get(3).toString());
                    return new Purged(pair(answer), answer.get(2).toLong());
                }));
    }

    @Override
    public Future<Counted> count(List<PurgeScope> scopes) {
        List<Object> what = new ArrayList<>();
        for (PurgeScope scope : scopes) {
            boolean marked = scope.isWide() && scope.kind() != PurgeScope.Kind.ALL;
            what.add(marked ? "mark" : scope.kind().word());
            what.add(marked ? markOf(scope) : scope.isWide() ? "" : RedisKeys.ofUrl(scope.subject()));
        }
        return count(what, "0", 0, nanos.getAsLong() + COUNTING.toNanos());
    }

    /** Counts on from a place, piece by piece, so that nobody waits for more than one of them. */
    private Future<Counted> count(List<Object> scopes, String from, long met, long deadlineNanos) {
        List<Object> arguments = arguments(from, KEYS_COUNTED_AT_ONCE, RedisKeys.URLS);
        arguments.addAll(scopes);
        return stores.run(RedisScript.COUNT, deadlines.command(), RedisKeys.of(""), arguments)
                .compose(answer -> {
                    String next = answer.get(2).toString();
                    long sum = met + answer.get(3).toLong();
                    if (next.equals("0") || nanos.getAsLong() - deadlineNanos > 0) {
                        return Future.succeededFuture(new Counted(sum, next.equals("0")));
                    }
                    return count(scopes, next, sum, deadlineNanos);
                });
    }

    @Override
    public Future<SequencePair> newestPurge() {
        return stores.run(RedisScript.LIFE, deadlines.command(), RedisKeys.of(""), arguments(stores.redisRun()))
                .map(read(RedisStore::pair));
    }

    @Override
    public Future<ScopeLog> purgesSince(SequencePair since, int most) {
        List<Object> arguments = arguments(since.epoch(), since.number(), most);
        return stores.run(RedisScript.SINCE, deadlines.command(), RedisKeys.of(""), arguments)
                .map(read(this::log));
    }

    @Override
    public String trouble() {
        return lookups.trouble().isEmpty() ? stores.trouble() : lookups.trouble();
    }

    @Override
    public Future<Void> close() {
        return Future.join(lookups.close(), stores.close()).mapEmpty();
    }

    /** {@code reading}, with whatever it trips over made a fault of the store: what Redis holds may be anything. */
    private <T> Function<Response, T> read(Function<Response, T> reading) {
        return answer -> {
            try {
                return reading.apply(answer);
            } catch (StoreException e) {
                throw e;
            } catch (RuntimeException e) {
                faults.count(StoreFault.GARBAGE);
                throw new StoreException(StoreFault.GARBAGE, "redis: answer not understood: " + e);
            }
        };
    }

    /** What a look-up found, if it is what it should be; else that counts as nothing. */
    private Optional<LeaseLookupReply.Stored> hit(Response answer, String key, String url, HeaderFields request) {
        countWord(answer.get(3).toString());
        if (!answer.get(2).toString().equals("found")) {
            return Optional.empty();
        }
        try {
            StoredValue value = StoredValue.read(answer.get(6).toBuffer());
            if (!value.key().equals(key) || !value.isSelectedBy(request)) {
                throw new StoreException(StoreFault.GARBAGE, "value: of another key or variant");
            }
            return Optional.of(new LeaseLookupReply.Stored(
                    answer.get(7).toLong(),
                    new CacheLookupReply.Hit(
                            value.status(),
                            value.fields(),
                            value.varyNames(),
                            value.responseDelayMillis(),
                            answer.get(4).toLong(),
                            answer.get(5).toInteger() != 0,
                            pair(answer),
                            value.body())));
        } catch (StoreException e) {
            faults.count(e.fault());
            stores.send(Request.cmd(Command.UNLINK).arg(RedisKeys.ofUrl(url)), deadlines.command())
                    .onFailure(counted -> {});
            return Optional.empty();
        }
    }

    private LeaseLookupReply lease(Response answer, LeaseName name) {
        SequencePair purges = pair(answer);
        return switch (answer.get(2).toString()) {
            case "granted" ->
                new LeaseLookupReply.Granted(
                        new Lease(name.toString(), answer.get(4).toLong()), purges);
            case "follow" ->
                new LeaseLookupReply.Follow(
                        new Holder(
                                answer.get(6).toString(),
                                answer.get(7).toString(),
                                answer.get(8).toString(),
                                answer.get(5).toLong()),
                        new Lease(name.toString(), answer.get(4).toLong()),
                        purges);
            case "nothing" -> {
                StoreFault fault = StoreFault.of(answer.get(4).toString());
                faults.count(fault);
                if (fault == StoreFault.READ_ONLY) {
                    lookups.leave(RedisLink.READ_ONLY);
                }
                yield new LeaseLookupReply.Unleased(purges);
            }
            // Something is stored and is no good: it is deleted by now.
            default -> new LeaseLookupReply.Unleased(purges);
        };
    }

    private CacheStoreReply.Outcome outcome(String word) {
        countWord(word);
        return switch (word) {
            case "purged" -> CacheStoreReply.Outcome.PURGED;
            case "outranked" -> CacheStoreReply.Outcome.OUTRANKED;
            case "late" -> CacheStoreReply.Outcome.LATE;
            default -> CacheStoreReply.Outcome.STORED;
        };
    }

    private void countWord(String word) {
        if (word.equals("garbage")) {
            faults.count(StoreFault.GARBAGE);
        } else if (word.equals("wrong-type")) {
            faults.count(StoreFault.WRONG_TYPE);
        }
    }

    private ScopeLog log(Response answer) {
        SequencePair current = pair(answer);
        boolean complete = answer.get(2).toInteger() != 0;
        List<ScopeNotice> notices = new ArrayList<>();
        for (int i = 3; i < answer.size(); i++) {
            String[] parts = answer.get(i).toString().split(" ", 4);
            Optional<PurgeScope> scope = parts.length == 4 ? scope(parts[3]) : Optional.empty();
            if (scope.isPresent() && parts[0].matches("\\d{1,18}")) {
                SequencePair pair = new SequencePair(current.epoch(), Long.parseLong(parts[0]));
                notices.add(new ScopeNotice(pair, scope.get(), parts[2].equals("1")));
            } else {
                faults.count(StoreFault.GARBAGE);
                complete = false;
            }
        }
        return new ScopeLog(complete, current, complete ? notices : List.of());
    }

    /** As the log has it: a URL stands as it is. */
    private static Optional<PurgeScope> scope(String text) {
        return text.startsWith("http")
                ? Optional.of(new PurgeScope(PurgeScope.Kind.URL, text))
                : PurgeScope.parse(text);
    }

    private static String markOf(PurgeScope scope) {
        return switch (scope.kind()) {
            case URL -> "";
            case ALL -> "all";
            default -> text(scope.mark());
        };
    }

    private static String text(PurgeMarks marks) {
        StringBuilder text = new StringBuilder(16 * marks.size());
        for (int i = 0; i < marks.size(); i++) {
            text.append(text(marks.at(i)));
        }
        return text.toString();
    }

    private static String text(long mark) {
        return HexFormat.of().toHexDigits(mark);
    }

    private List<Object> arguments(Object... arguments) {
        List<Object> all = new ArrayList<>(arguments.length + 1);
        all.add(epochs.getAsLong());
        all.addAll(List.of(arguments));
        return all;
    }

    /** Every name among {@code fields}, with what it adds to a variant: the script puts variants together of these. */
    private static void addFields(List<Object> arguments, HeaderFields fields) {
        Set<String> names = new TreeSet<>();
        fields.forEach((name, value) -> names.add(name.toLowerCase(Locale.ROOT)));
        for (String name : names) {
            arguments.add(name);
            arguments.add(new Vary(List.of(name), false).variant(fields));
        }
    }

    private static SequencePair pair(Response answer) {
        return new SequencePair(
                Long.parseLong(answer.get(0).toString()), answer.get(1).toLong());
    }
}
