package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentRefusalsTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final RecentRefusals refusals = new RecentRefusals(nanos::get);

    @Test
    void remembersForAWhile() {
        assertThat(refusals.has("a")).isFalse();
        refusals.add("a");
        assertThat(refusals.has("a")).isTrue();
        assertThat(refusals.has("b")).isFalse();
        nanos.addAndGet(RecentRefusals.REMEMBERED.toNanos());
        assertThat(refusals.has("a")).isFalse();
    }

    @Test
    void forgetsWhatIsStoredAfterAll() {
        refusals.add("a");
        refusals.remove("b");
        assertThat(refusals.has("a")).isTrue();
        refusals.remove("a");
        assertThat(refusals.has("a")).isFalse();
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(refusals.has(new Object() {
                    @Override
                    public int hashCode() {
                        return 0;
                    }
                }))
                .isFalse();
    }
}
