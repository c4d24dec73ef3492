package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.TargetList;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoringTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final HeaderFields NO_FIELDS = HeaderFields.empty();
    private static final HeaderFields FRESH = HeaderFields.of("Cache-Control", "max-age=60");
    private static final SequencePair PAIR = new SequencePair(3, 1);
    private static final long BYTES = 1_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final RecentPurges recent = new RecentPurges(100, InstantSource.fixed(Instant.EPOCH));
    private final L1 l1 = new L1(BYTES, 8, recent);
    private final BodyMemory memory = new BodyMemory(BYTES);
    private final CacheCounters counters = new CacheCounters(new Metrics());
    private final Storing storing = new Storing(
            l1,
            new SharedTier(
                    vertx,
                    new FakeBus(),
                    Duration.ofMillis(20),
                    new Breaker(5, Duration.ofSeconds(1)),
                    () -> 0,
                    counters),
            memory,
            recent,
            counters,
            new LastRefusals(() -> 0),
            this::instant,
            CacheRules.none(TargetList.NONE));
    private final List<StoredResponse> held = new ArrayList<>();
    private boolean clockFails;

    @AfterEach
    void givesEverythingBack() throws Exception {
        held.forEach(each -> each.body.release());
        recent.recordAll();
        l1.clear();
        l1.settle();
        assertThat(memory.storedBytes()).isZero();
        assertThat(memory.recordingBytes()).isZero();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void aHeadThatCanNotBeRenewedLeavesNoHoldOnTheBody() {
        StoredResponse old = adopt("/a", 1_000).orElseThrow();
        clockFails = true;
        assertThatThrownBy(() -> storing.refresh(draft("/a"), old)).hasMessage("test");
    }

    @Test
    void whatCanNotBeAdoptedLeavesNoBody() {
        StoredHead impossible = new StoredHead(200, FRESH, Instant.MIN, START);
        Recording.Draft draft = new Recording.Draft(key("/a"), NO_FIELDS, impossible, fill());
        assertThatThrownBy(() -> storing.adopt(draft, hit(1_000), START)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void whatAPurgeKeepsOutOfL1LeavesNoBody() {
        Recording.Draft draft = draft("/a");
        recent.record("http://site/a");
        assertThat(storing.adopt(draft, hit(1_000), START)).isEmpty();
    }

    @Test
    void whatIsAdoptedIsBoundedByWhatAllBodiesMayHold() {
        long most = BYTES + BYTES / 4 + 4 * 1024 * 1024;
        for (int i = 0; i < 400; i++) {
            Optional<StoredResponse> adopted = adopt("/" + i, 32 * 1024);
            assertThat(adopted.isPresent()).as("number %s", i).isEqualTo(i < most / (32 * 1024));
            assertThat(memory.storedBytes()).isLessThanOrEqualTo(most);
        }
        assertThat(counters.of(CacheCounter.RECORD_NO_MEMORY)).isEqualTo(400 - most / (32 * 1024));
        held.forEach(each -> each.body.release());
        held.clear();
        assertThat(adopt("/again", 32 * 1024)).isPresent();
    }

    @Test
    void whatIsAdoptedNeedsNoneOfTheMemoryForRecordings() {
        assertThat(memory.reserve(4 * 1024 * 1024)).isTrue();
        assertThat(memory.reserve(1)).isFalse();
        assertThat(adopt("/a", 32 * 1024)).isPresent();
        memory.giveBack(4 * 1024 * 1024);
    }

    private Optional<StoredResponse> adopt(String path, int octets) {
        Optional<StoredResponse> adopted = storing.adopt(draft(path), hit(octets), START);
        adopted.ifPresent(held::add);
        return adopted;
    }

    private Recording.Draft draft(String path) {
        return new Recording.Draft(key(path), NO_FIELDS, new StoredHead(200, FRESH, START, START), fill());
    }

    private Fill fill() {
        return new Fill(0, PAIR, recent.now());
    }

    private static CacheKey key(String path) {
        return new CacheKey("zone", "http", "site", path, "");
    }

    private static CacheLookupReply.Hit hit(int octets) {
        return new CacheLookupReply.Hit(200, FRESH, List.of(), 0, 0, false, PAIR, Buffer.buffer(new byte[octets]));
    }

    private Instant instant() {
        if (clockFails) {
            throw new IllegalStateException("test");
        }
        return START;
    }
}
