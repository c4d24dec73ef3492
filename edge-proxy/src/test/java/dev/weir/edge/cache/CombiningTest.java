package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.PartialContent;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a part by what is stored already, and by purges. */
class CombiningTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final CacheKey KEY = new CacheKey("zone", "http", "site", "/a", "");
    private static final int PLENTY = 1024 * 1024;
    private static final long LENGTH = 1000;

    private final RecentPurges purges = new RecentPurges(100, InstantSource.fixed(NOW));
    private final L1 l1 = new L1(8 * 1024 * 1024, 8, purges);
    private final BodyMemory memory = new BodyMemory(8 * 1024 * 1024);

    @AfterEach
    void givesEverythingBack() {
        purges.recordAll();
        l1.clear();
        assertThat(memory.storedBytes()).isZero();
    }

    @Test
    void partsOfOneStandTogether() {
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        assertThat(part("a", 100, 199)).isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("0-199/1000");
        assertThat(part("b", 500, 599)).isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("500-599/1000");
    }

    @Test
    void aHardPurgeTakesWhatWasHeldAndWhatWasUnderWay() {
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        long before = purges.now();
        purges.record(scope("tag x"), false);
        assertThat(held()).isEmpty();
        assertThat(put("a", LENGTH, 100, 199, before, NOW)).isEqualTo(L1.Put.PURGED);
        assertThat(held()).isEmpty();
        assertThat(part("a", 200, 299)).isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("200-299/1000");
    }

    @Test
    void aSoftPurgeLeavesWhatTheNextPartConfirms() {
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        purges.record(scope("tag x"), true);
        assertThat(isStale()).isTrue();
        assertThat(part("a", 100, 199)).isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("0-199/1000");
        assertThat(isStale()).isFalse();
    }

    @Test
    void sweepsCountAndRemoveParts() {
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        long tick = purges.record(scope("tag x"), false);
        ScopeNotice notice = new ScopeNotice(new SequencePair(5, 1), scope("tag x"), false);
        PurgeTally tally = new PurgeTally(List.of(new PurgeTally.Noted(notice, tick)), purges);
        l1.sweep(tally, purges.newestWide());
        assertThat(tally.met(0)).isEqualTo(1);
        assertThat(memory.storedBytes()).isZero();
    }

    @Test
    void twoLengthsUnderOneTagLeaveNothing() {
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        assertThat(put("a", LENGTH + 1, 100, 199, purges.now(), NOW)).isEqualTo(L1.Put.CONTRADICTED);
        assertThat(held()).isEmpty();
        assertThat(memory.storedBytes()).isZero();
    }

    @Test
    void whatIsWholeAndFreshStays() {
        StoredHead head = head("old", NOW);
        ArrivingBody came = arrived("0123456789");
        StoredBody body = memory.keep(came).orElseThrow();
        came.giveBackAll();
        StoredResponse whole = new StoredResponse(
                KEY, HeaderFields.empty(), head, HeaderFields.empty(), body, purges.now(), CacheRule.NONE, false);
        assertThat(l1.put(whole, NOW)).isEqualTo(L1.Put.STORED);
        assertThat(part("new", 0, 99)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(put("old", 10, 0, 4, purges.now(), NOW)).isEqualTo(L1.Put.WHOLE);
        assertThat(held()).contains("whole");
        Instant later = NOW.plusSeconds(61);
        assertThat(put("new", LENGTH, 0, 99, purges.now(), later)).isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("0-99/1000");
    }

    @Test
    void whatCameLaterStays() {
        assertThat(put("new", LENGTH, 0, 99, purges.now(), NOW.plusSeconds(5))).isEqualTo(L1.Put.STORED);
        assertThat(put("old", LENGTH, 100, 199, purges.now(), NOW)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(held()).contains("0-99/1000");
    }

    @Test
    void aNewHeadAloneChangesNoOctets() {
        assertThat(combine(head("a", NOW), LENGTH, 0, -1, purges.now(), NOW, false))
                .isEqualTo(L1.Put.ALONE);
        assertThat(part("a", 0, 99)).isEqualTo(L1.Put.STORED);
        Instant later = NOW.plusSeconds(50);
        assertThat(combine(head("a", later), LENGTH, 0, -1, purges.now(), later, false))
                .isEqualTo(L1.Put.STORED);
        assertThat(held()).contains("0-99/1000");
        assertThat(combine(head("b", later), LENGTH, 0, -1, purges.now(), later, false))
                .isEqualTo(L1.Put.OUTRANKED);
        assertThat(held()).contains("0-99/1000");
    }

    @Test
    void whatAnswersIfRangeBeginsNothing() {
        assertThat(combine(head("a", NOW), LENGTH, 0, 99, purges.now(), NOW, false))
                .isEqualTo(L1.Put.ALONE);
        assertThat(held()).isEmpty();
        assertThat(memory.storedBytes()).isZero();
    }

    @Test
    void othersGoWhereOneTakesAllTheRoom() {
        for (int i = 0; i < 200; i++) {
            long first = i * 65_536L;
            assertThat(put("a", 1L << 40, first, first + 65_535, purges.now(), NOW))
                    .isEqualTo(L1.Put.STORED);
            assertThat(l1.weight()).isLessThan(2 * PLENTY);
        }
        l1.settle();
        assertThat(memory.storedBytes()).isLessThan(2 * PLENTY);
    }

    private L1.Put part(String tag, long first, long last) {
        return put(tag, LENGTH, first, last, purges.now(), NOW);
    }

    private L1.Put put(String tag, long length, long first, long last, long tick, Instant now) {
        return combine(head(tag, now), length, first, last, tick, now, true);
    }

    private L1.Put combine(
            StoredHead head, long length, long first, long last, long tick, Instant now, boolean mayBegin) {
        PartialContent.Part part = new PartialContent.Part(head, first, last, length, mayBegin);
        Recording.Draft draft =
                new Recording.Draft(KEY, HeaderFields.empty(), head, new Fill(0, new SequencePair(1, 1), tick));
        List<Slice> slices = last < first ? List.of() : List.of(slice((int) part.length()));
        L1.Put put = l1.combine(new Combining(draft, part, first, slices, PLENTY, memory, CacheRule.NONE), now);
        slices.forEach(Slice::release);
        return put;
    }

    private Slice slice(int octets) {
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(octets);
        return memory.slice(bytes.writeZero(octets));
    }

    private static ArrivingBody arrived(String octets) {
        ArrivingBody body = new ArrivingBody();
        body.grow(octets.length(), 0, false);
        ByteBuf bytes = Unpooled.wrappedBuffer(octets.getBytes(StandardCharsets.US_ASCII));
        body.publish(body.write(bytes, 0, octets.length(), 0));
        return body;
    }

    private static StoredHead head(String tag, Instant now) {
        return new StoredHead(
                200,
                HeaderFields.of("Cache-Control", "max-age=60", "ETag", '"' + tag + '"', "Surrogate-Key", "x"),
                now,
                now);
    }

    /** Which octets are held; {@code whole} if all are; empty if nothing is there. */
    private Optional<String> held() {
        Optional<L1Entry> found = l1.find(KEY, HeaderFields.empty(), false);
        return found.map(entry -> {
            String octets = entry.isWhole() ? "whole" : entry.octets();
            entry.release();
            return octets;
        });
    }

    private boolean isStale() {
        L1Entry entry = l1.find(KEY, HeaderFields.empty(), false).orElseThrow();
        entry.release();
        return entry.stale();
    }

    private static PurgeScope scope(String text) {
        return PurgeScope.parse(text).orElseThrow();
    }
}
