package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An edge among others, on sockets: when it asks the origin for all, and what it does when another one does. */
class EdgeLeasesTest {
    private static final SequencePair PAIR = new SequencePair(3, 1);
    private static final String FRESH = "Cache-Control: max-age=60\r\n";
    private static final LeaseLookupReply ELSEWHERE = new LeaseLookupReply.Follow(
            new Holder("edge-proxy-2", "j", "127.0.0.1:1", 7), new Lease("url.rest", 8), PAIR);

    @TempDir
    private Path directory;

    private final Origin origin = new Origin();
    private final List<LeaseLookup> wishes = new CopyOnWriteArrayList<>();
    private final List<CacheLookup> lookups = new CopyOnWriteArrayList<>();
    private final List<LeasedStore> stored = new CopyOnWriteArrayList<>();
    private final List<Lease> over = new CopyOnWriteArrayList<>();
    private volatile Function<LeaseLookup, LeaseLookupReply> tier = asked -> granted();
    private volatile CacheLookupReply plain = new CacheLookupReply.Fill(0, PAIR);
    private EdgeRig edge;

    @BeforeEach
    void start() throws IOException {
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"] } }
                cluster: { members: ["127.0.0.1:5701"] }
                cache: { lookup: 1s }
                """.formatted(origin.port()));
        edge.plays(Addresses.CACHE_SCOPES_SINCE, EdgeLeasesTest::nothingSince);
        edge.plays(Addresses.CACHE_LEASE_LOOKUP, asked -> {
            wishes.add(asked);
            return Future.succeededFuture(tier.apply(asked));
        });
        edge.plays(Addresses.CACHE_LOOKUP, asked -> {
            lookups.add(asked);
            return Future.succeededFuture(plain);
        });
        edge.plays(Addresses.CACHE_LEASED_STORE, given -> {
            stored.add(given);
            return Future.succeededFuture(new CacheStoreReply(CacheStoreReply.Outcome.STORED));
        });
        edge.plays(Addresses.CACHE_LEASES, leases -> {
            over.addAll(leases.over());
            return Future.succeededFuture(new LeasesLost(List.of()));
        });
    }

    @AfterEach
    void stop() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    @Test
    void aMissIsFetchedUnderALeaseThatGoesWithWhatIsStored() throws IOException {
        origin.serves("/a", FRESH, "body");
        assertThat(asks("/a", "")).endsWith("body");
        assertThat(wishes).hasSize(1);
        assertThat(wishes.get(0).wish().node()).isEqualTo("edge-proxy-1");
        assertThat(wishes.get(0).wish().instance()).isEqualTo("test");
        EdgeRig.until(() -> stored.size() == 1);
        assertThat(stored.get(0).lease()).isEqualTo("url.rest");
        assertThat(stored.get(0).response().token()).isEqualTo(7);
        assertThat(asks("/a", "")).endsWith("body");
        assertThat(origin.heads).hasSize(1);
        assertThat(over).isEmpty();
    }

    @Test
    void aLeaseForWhatIsNotForOthersIsGivenBack() throws IOException {
        origin.serves("/private", "Cache-Control: private\r\n", "mine");
        assertThat(asks("/private", "")).endsWith("mine");
        EdgeRig.until(() -> !over.isEmpty());
        assertThat(over).containsExactly(new Lease("url.rest", 7));
        assertThat(stored).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Authorization: Basic eA==", "Range: bytes=0-1", "Cache-Control: no-store", "If-None-Match: \"x\""
            })
    void whatIsForSomeAloneIsFetchedUnderNoLease(String field) throws IOException {
        origin.serves("/some", FRESH, "body");
        assertThat(asks("/some", field + "\r\n")).contains("body");
        assertThat(wishes).isEmpty();
        assertThat(lookups).hasSize(1);
    }

    @Test
    void whoIsSentToAnotherEdgeThatItCannotFollowGoesByItself() throws IOException {
        tier = asked -> ELSEWHERE;
        origin.serves("/a", FRESH, "body");
        assertThat(asks("/a", "")).endsWith("body");
        EdgeRig.until(() -> stored.size() == 1);
        assertThat(stored.get(0).response().token()).isEqualTo(8);
        assertThat(count("elsewhere", "told")).isEqualTo(1);
    }

    @Test
    void whatAnotherEdgeRenewsIsLeftToItAndTakenWhenItIsDone() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-while-revalidate=600\r\n";
        origin.serves("/swr", lenient, "old");
        assertThat(asks("/swr", "")).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        tier = asked -> ELSEWHERE;
        plain = new CacheLookupReply.Hit(
                200,
                HeaderFields.of("Cache-Control", "max-age=60"),
                List.of(),
                0,
                0,
                false,
                PAIR,
                Buffer.buffer("new"));
        assertThat(asks("/swr", "")).endsWith("old");
        EdgeRig.until(() -> lookups.size() == 1);
        EdgeRig.until(() -> count("lookup", "l2") == 1);
        assertThat(asks("/swr", "")).endsWith("new");
        assertThat(origin.heads).hasSize(1);
    }

    private String asks(String path, String fields) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends("GET " + path + " HTTP/1.1\r\nHost: site\r\n" + fields + "Connection: close\r\n\r\n")
                    .rest();
        }
    }

    private long count(String doing, String outcome) {
        String line = "weir_edge_cache_events_total{doing=\"" + doing + "\",outcome=\"" + outcome + "\"} ";
        return edge.metrics
                .scrape()
                .lines()
                .filter(each -> each.startsWith(line))
                .mapToLong(each -> (long) Double.parseDouble(each.substring(line.length())))
                .sum();
    }

    private static LeaseLookupReply granted() {
        return new LeaseLookupReply.Granted(new Lease("url.rest", 7), PAIR);
    }

    private static Future<ScopeLog> nothingSince(PurgesSince asked) {
        return Future.succeededFuture(new ScopeLog(true, asked.since(), List.of()));
    }
}
