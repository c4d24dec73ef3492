package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.StoredHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class L1Test {
    private static final Instant NOW = FilledL1.NOW;
    private static final int MIB = FilledL1.MIB;

    private final FilledL1 stored = new FilledL1();

    @AfterEach
    void givesEverythingBack() {
        stored.empty();
    }

    @Test
    void givesWhatWasStored() {
        assertThat(stored.put("/a", "hello")).isEqualTo(L1.Put.STORED);
        assertThat(stored.read("/a", HeaderFields.empty())).contains("hello");
        assertThat(stored.read("/b", HeaderFields.empty())).isEmpty();
    }

    @Test
    void tellsVariantsApart() {
        stored.put("/a", "german", FilledL1.vary("Accept-Language"), HeaderFields.of("Accept-Language", "de"));
        stored.put("/a", "english", FilledL1.vary("Accept-Language"), HeaderFields.of("Accept-Language", "en"));
        assertThat(stored.read("/a", HeaderFields.of("accept-language", "de"))).contains("german");
        assertThat(stored.read("/a", HeaderFields.of("accept-language", "en"))).contains("english");
        assertThat(stored.read("/a", HeaderFields.of("accept-language", "fr"))).isEmpty();
        assertThat(stored.read("/a", HeaderFields.empty())).isEmpty();
    }

    @Test
    void keepsNoMoreVariantsThanAllowed() {
        for (int i = 0; i < 200; i++) {
            stored.put("/a", "body " + i, FilledL1.vary("X"), HeaderFields.of("X", "v" + i));
        }
        assertThat(stored.read("/a", HeaderFields.of("X", "v135"))).isEmpty();
        assertThat(stored.read("/a", HeaderFields.of("X", "v136"))).contains("body 136");
        assertThat(stored.read("/a", HeaderFields.of("X", "v199"))).contains("body 199");
        stored.l1.clear();
        assertThat(stored.alive.sum()).isZero();
    }

    @Test
    void aLookUpBuildsOneVariantForAllThatVaryByTheSame() {
        Variants variants = Variants.NONE;
        for (int i = 0; i < 64; i++) {
            HeaderFields language = HeaderFields.of("Accept-Language", "l" + i);
            variants = variants.with(
                    stored.response(
                            FilledL1.key("zone", "/a"), 200, "", FilledL1.vary("Accept-Language"), language, 0, NOW),
                    64,
                    MIB,
                    dropped -> {});
        }
        assertThat(variants.size()).isEqualTo(64);
        RequestVariants request = new RequestVariants(HeaderFields.of("Accept-Language", "none"));
        assertThat(variants.selectedBy(request)).isEmpty();
        assertThat(request.built()).isEqualTo(1);
        variants.forEach(each -> each.body.release());
    }

    @Test
    void choosesTheMostRecentByItsDate() {
        HeaderFields both = HeaderFields.of("X", "1", "Y", "1");
        stored.put("/a", "by x", dated(FilledL1.vary("X"), 2), HeaderFields.of("X", "1"));
        stored.put("/a", "by y", dated(FilledL1.vary("Y"), 1), HeaderFields.of("Y", "1"));
        assertThat(stored.read("/a", both)).contains("by x");
        stored.put("/a", "by y, later", dated(FilledL1.vary("Y"), 3), HeaderFields.of("Y", "1"));
        assertThat(stored.read("/a", both)).contains("by y, later");
    }

    @Test
    void whoForgotVaryComesLast() {
        HeaderFields german = HeaderFields.of("X", "de");
        stored.put("/a", "anything", dated(FilledL1.fresh(), 1), HeaderFields.empty());
        stored.put("/a", "deutsch", dated(FilledL1.vary("X"), 2), german);
        assertThat(stored.read("/a", HeaderFields.of("X", "en")))
                .as("older, and for whom isn't known")
                .isEmpty();
        stored.put("/a", "anything", dated(FilledL1.fresh(), 3), HeaderFields.empty());
        assertThat(stored.read("/a", german)).contains("deutsch");
        assertThat(stored.read("/a", HeaderFields.empty())).contains("anything");
    }

    @Test
    void tellsWhetherAnythingIsStored() {
        assertThat(stored.l1.holds(FilledL1.key("zone", "/a"))).isFalse();
        stored.put("/a", "deutsch", FilledL1.vary("X"), HeaderFields.of("X", "de"));
        assertThat(stored.read("/a", HeaderFields.empty())).isEmpty();
        assertThat(stored.l1.holds(FilledL1.key("zone", "/a"))).isTrue();
        stored.purges.recordAll();
        assertThat(stored.l1.holds(FilledL1.key("zone", "/a")))
                .as("purged, not swept yet")
                .isFalse();
    }

    private static HeaderFields dated(HeaderFields fields, int seconds) {
        return fields.toBuilder()
                .add("Date", HttpDate.format(NOW.plusSeconds(seconds)))
                .build();
    }

    @Test
    void anErrorDoesNotHideAFreshSuccess() {
        stored.put("/a", "good");
        assertThat(stored.putStatus("/a", 500, FilledL1.fresh(), NOW)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(stored.putStatus("/a", 404, FilledL1.vary("X"), NOW)).isEqualTo(L1.Put.OUTRANKED);
        assertThat(stored.read("/a", HeaderFields.empty())).contains("good");
        assertThat(stored.putStatus("/a", 500, FilledL1.fresh(), NOW.plusSeconds(61)))
                .isEqualTo(L1.Put.STORED);
    }

    @Test
    void refusesWhatIsTooBig() {
        assertThat(stored.put("/a", "x".repeat(2 * MIB))).isEqualTo(L1.Put.TOO_BIG);
        assertThat(stored.alive.sum()).isZero();
    }

    @Test
    void bodyOutlivesItsEvictionWhileHeld() {
        stored.put("/a", "hello");
        L1Entry entry = stored.l1
                .find(FilledL1.key("zone", "/a"), HeaderFields.empty(), false)
                .orElseThrow();
        stored.purges.record("http://site/a");
        assertThat(stored.l1.invalidate("http://site/a")).isEqualTo(1);
        long held = stored.alive.sum();
        assertThat(held).isPositive();
        ByteBuf body = entry.takeBody();
        entry.release();
        entry.release();
        assertThat(stored.alive.sum()).isZero();
        assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(body.release()).isTrue();
        assertThatThrownBy(entry::takeBody).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void weighsAndEvicts() {
        for (int i = 0; i < 100; i++) {
            stored.put("/" + i, "x".repeat(100_000));
        }
        stored.l1.settle();
        assertThat(stored.l1.weight()).isBetween(2L * MIB, 4L * MIB);
        assertThat(stored.alive.sum()).isLessThanOrEqualTo(4L * MIB);
        assertThat(stored.l1.evictions()).isPositive();
        stored.purges.recordAll();
        stored.l1.clear();
        assertThat(stored.alive.sum()).isZero();
        assertThat(stored.l1.keys()).isZero();
    }

    /** Readers, writers and purgers on the same few keys, in a memory that is too small for them. */
    @Test
    void neitherLeaksNorGivesAwayWhatIsReleased() throws Exception {
        L1 small = new L1(MIB, 4, stored.purges);
        ExecutorService threads = Executors.newFixedThreadPool(6);
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(threads.submit(() -> readMany(small)));
        }
        List<Callable<Integer>> writers =
                List.of(() -> writeMany(small), () -> writeMany(small), () -> purgeMany(small));
        for (Future<Integer> writer : threads.invokeAll(writers)) {
            assertThat(writer.get()).isPositive();
        }
        for (Future<Integer> reader : readers) {
            assertThat(reader.get(20, TimeUnit.SECONDS)).isPositive();
        }
        threads.shutdown();
        stored.purges.recordAll();
        small.clear();
        small.settle();
        assertThat(stored.alive.sum()).isZero();
    }

    private int readMany(L1 from) {
        int read = 0;
        for (int i = 0; i < 30_000 || (read == 0 && i < 5_000_000); i++) {
            int which = i % 40;
            Optional<L1Entry> found = from.find(FilledL1.key("zone", "/" + which), HeaderFields.empty(), false);
            if (found.isPresent()) {
                ByteBuf body = found.get().takeBody();
                found.get().release();
                byte expected = (byte) which;
                assertThat(body.getByte(0)).isEqualTo(expected);
                assertThat(body.getByte(body.readableBytes() - 1)).isEqualTo(expected);
                body.release();
                read++;
            }
        }
        return read;
    }

    private int writeMany(L1 into) {
        int many = 0;
        byte[] content = new byte[40_000];
        for (int i = 0; i < 3_000; i++) {
            int which = ThreadLocalRandom.current().nextInt(40);
            Arrays.fill(content, (byte) which);
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(40_000).writeBytes(content);
            StoredResponse response = new StoredResponse(
                    FilledL1.key("zone", "/" + which),
                    HeaderFields.empty(),
                    new StoredHead(200, FilledL1.fresh(), NOW, NOW),
                    HeaderFields.empty(),
                    new StoredBody(bytes, stored.alive),
                    stored.purges.now(),
                    CacheRule.NONE,
                    false);
            many += into.put(response, NOW) == L1.Put.STORED ? 1 : 0;
        }
        return many;
    }

    private int purgeMany(L1 in) {
        int removed = 0;
        for (int i = 0; i < 3_000; i++) {
            String url = "http://site/" + i % 40;
            stored.purges.record(url);
            removed += in.invalidate(url);
        }
        return removed + 1;
    }
}
