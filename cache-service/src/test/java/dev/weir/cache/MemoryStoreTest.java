package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.http.HeaderFields;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {
    private final MemoryStore store = new MemoryStore(1024 * 1024, InstantSource.system(), 42);

    @Override
    ResponseStore store() {
        return store;
    }

    @Override
    @CanIgnoreReturnValue
    <T> T call(Supplier<Future<T>> action) throws Exception {
        return await(action.get());
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
}
