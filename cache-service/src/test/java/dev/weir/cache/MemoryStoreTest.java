package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends LeaseContract {
    private final AtomicLong ahead = new AtomicLong();
    private final InstantSource clock = () -> Instant.now().plusMillis(ahead.get());
    private final MemoryStore store = new MemoryStore(1024 * 1024, clock, 42);

    @Override
    ResponseStore store() {
        return store;
    }

    @Override
    @CanIgnoreReturnValue
    <T> T call(Supplier<Future<T>> action) throws Exception {
        return await(action.get());
    }

    @Override
    void letLeasesEnd() {
        ahead.addAndGet(ResponseStore.LEASE.toMillis());
    }

    @Test
    void aLeaseLastsForThreeSecondsFromItsLastRenewal() throws Exception {
        Lease lease = granted(ask("one")).lease();
        for (int i = 0; i < 3; i++) {
            ahead.addAndGet(2_000);
            assertThat(renew("one", lease)).isEmpty();
            assertThat(ask("two")).isInstanceOf(LeaseLookupReply.Follow.class);
        }
    }

    @Test
    void forgetsWhatWasNotUsedForLongestWhenFull() throws Exception {
        for (int i = 0; i < 100; i++) {
            String url = "http://site/" + i;
            keep(response("zone " + url, url, "x".repeat(30_000)));
            assertThat(look("zone http://site/0", "http://site/0", HeaderFields.empty()))
                    .isInstanceOf(ResponseStore.Found.Response.class);
            assertThat(store.bytes()).isLessThanOrEqualTo(1024 * 1024);
        }
        assertThat(look("zone http://site/1", "http://site/1", HeaderFields.empty()))
                .isInstanceOf(ResponseStore.Found.Nothing.class);
        assertThat(look("zone http://site/99", "http://site/99", HeaderFields.empty()))
                .isInstanceOf(ResponseStore.Found.Response.class);
        assertThat(keep(response("zone http://site/x", "http://site/x", "x".repeat(2 * 1024 * 1024))))
                .isEqualTo(Outcome.UNAVAILABLE);
    }

    @Test
    void countingHashesEachScopeOnce() throws Exception {
        for (int i = 0; i < 50; i++) {
            String url = "http://site/" + i;
            keep(response("zone " + url, url, "x"));
        }
        AtomicInteger taken = new AtomicInteger();
        PurgeScope none = PurgeScope.tag("none").orElseThrow();
        PurgeScope all = PurgeScope.prefix("http://site/").orElseThrow();
        assertThat(call(() -> store.count(counted(taken, none, all)))).isEqualTo(new ResponseStore.Counted(50, true));
        assertThat(taken).hasValue(2);
    }

    /** A list that counts how often one of its scopes is taken out, to be hashed. */
    private static List<PurgeScope> counted(AtomicInteger taken, PurgeScope... scopes) {
        return new AbstractList<>() {
            @Override
            public PurgeScope get(int index) {
                taken.incrementAndGet();
                return scopes[index];
            }

            @Override
            public int size() {
                return scopes.length;
            }
        };
    }
}
