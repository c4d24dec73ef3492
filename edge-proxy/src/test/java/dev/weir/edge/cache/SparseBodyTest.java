package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparseBodyTest {
    private static final int PLENTY = Integer.MAX_VALUE;
    private static final long TWO_GIB = 2L * 1024 * 1024 * 1024;

    private final LongAdder alive = new LongAdder();
    private SparseBody body = SparseBody.empty(1000);

    @AfterEach
    void everythingIsGivenBack() {
        body.release();
        assertThat(alive.sum()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # what came, in this order       | what is held
            0-99                             | 0-99/1000
            0-99 100-199                     | 0-199/1000
            100-199 0-99                     | 0-199/1000
            0-99 200-299                     | 0-99,200-299/1000
            0-99 200-299 100-199             | 0-299/1000
            0-99 50-149                      | 0-149/1000
            50-149 0-99                      | 0-149/1000
            100-199 120-129                  | 100-199/1000
            120-129 100-199                  | 100-199/1000
            0-9 20-29 40-49 60-69            | 0-9,20-29,40-49,60-69/1000
            0-9 20-29 40-49 60-69 80-89 99-99| 0-9,20-29,40-49,60-69,+2/1000
            0-9 20-29 40-49 5-44             | 0-49/1000
            999-999 0-0                      | 0-0,999-999/1000
            """)
    void holdsWhatCame(String came, String held) {
        for (String each : came.trim().split(" +", -1)) {
            int dash = each.indexOf('-');
            add(Long.parseLong(each.substring(0, dash)), Integer.parseInt(each.substring(dash + 1)));
        }
        assertThat(body).hasToString(held);
        check(0, 999);
    }

    @Test
    void isWholeOnceNothingIsMissing() {
        add(0, 499);
        add(501, 999);
        assertThat(body.isWhole()).isFalse();
        assertThat(body.holds(0, 499)).isTrue();
        assertThat(body.holds(499, 500)).isFalse();
        assertThat(body.holds(500, 500)).isFalse();
        assertThat(body.holds(0, 999)).isFalse();
        add(500, 500);
        assertThat(body.isWhole()).isTrue();
        assertThat(body.holds(0, 999)).isTrue();
        check(0, 999);
    }

    @Test
    void whatIsNotHeldCantBeTaken() {
        add(100, 199);
        assertThatThrownBy(() -> body.take(199, 2)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> body.take(99, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(body.contiguous(99)).isZero();
        assertThat(body.contiguous(150)).isEqualTo(50);
    }

    @Test
    void positionsAreLongs() {
        exchange(SparseBody.empty(3 * TWO_GIB));
        add(TWO_GIB - 10, TWO_GIB + 9);
        add(2 * TWO_GIB, 2 * TWO_GIB + 99);
        assertThat(body).hasToString("2147483638-2147483657,4294967296-4294967395/6442450944");
        check(TWO_GIB - 10, TWO_GIB + 9);
        check(2 * TWO_GIB, 2 * TWO_GIB + 99);
    }

    @Test
    void anOlderOneStaysReadableForWhoHoldsIt() {
        add(0, 99);
        SparseBody old = body;
        assertThat(old.tryRetain()).isTrue();
        add(50, 149);
        ByteBuf taken = old.take(0, 100);
        old.release();
        assertThat(old.tryRetain()).isFalse();
        assertThat(taken.getByte(99)).isEqualTo(octet(99));
        taken.release();
    }

    @Test
    void whatWasNeverServedGoesFirstThenWhatWasNotForLongest() {
        int most = 40 * (SparseBody.SLICE + 512);
        exchange(SparseBody.empty(1000L * SparseBody.SLICE));
        addSlice(0, most);
        addSlice(1, most);
        addSlice(2, most);
        serve(0);
        serve(1);
        for (int i = 3; i < 200; i++) {
            addSlice(i, most);
            assertThat(body.weight()).isLessThanOrEqualTo(most);
        }
        assertThat(holdsSlice(0)).as("the popular beginning").isTrue();
        assertThat(holdsSlice(1)).isTrue();
        assertThat(holdsSlice(2)).isFalse();
        assertThat(holdsSlice(199)).as("what came last").isTrue();
        serve(0);
        for (int i = 200; i < 300; i++) {
            addSlice(i, most);
            serve(i);
        }
        assertThat(holdsSlice(1)).as("used longest ago").isFalse();
        assertThat(holdsSlice(0)).as("used since, but not for long").isFalse();
        assertThat(holdsSlice(299)).isTrue();
        assertThat(holdsSlice(270)).isTrue();
    }

    @Test
    void manySmallOnesBecomeFew() {
        for (int i = 0; i < 1000; i++) {
            add(i, i);
        }
        assertThat(body.isWhole()).isTrue();
        assertThat(body.weight()).isLessThan(2048);
        check(0, 999);
    }

    @Test
    void isWhatAnArrayWouldBe() {
        SplittableRandom random = new SplittableRandom(42);
        for (int round = 0; round < 60; round++) {
            int length = 1 + random.nextInt(round % 5 == 0 ? 400_000 : 300);
            exchange(SparseBody.empty(length));
            boolean[] model = new boolean[length];
            for (int step = 0; step < 40; step++) {
                int first = random.nextInt(length);
                int last = first + random.nextInt(length - first);
                add(first, last);
                java.util.Arrays.fill(model, first, last + 1, true);
                int from = random.nextInt(length);
                int to = from + random.nextInt(length - from);
                boolean expected = true;
                for (int i = from; i <= to; i++) {
                    expected &= model[i];
                }
                assertThat(body.holds(from, to)).isEqualTo(expected);
                if (expected) {
                    check(from, to);
                }
            }
        }
    }

    private void addSlice(int number, int most) {
        long first = (long) number * SparseBody.SLICE;
        change(first, first + SparseBody.SLICE - 1, most);
    }

    private boolean holdsSlice(int number) {
        return body.holds((long) number * SparseBody.SLICE, (number + 1L) * SparseBody.SLICE - 1);
    }

    private void serve(int number) {
        body.take((long) number * SparseBody.SLICE, 10).release();
    }

    private void add(long first, long last) {
        change(first, last, PLENTY);
    }

    private void change(long first, long last, int most) {
        List<Slice> slices = new ArrayList<>();
        for (long at = first; at <= last; ) {
            int octets = (int) Math.min(SparseBody.SLICE, last - at + 1);
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(octets);
            slices.add(new Slice(bytes.writeBytes(octets(at, octets)), alive));
            at += octets;
        }
        SparseBody more = body.with(first, slices, most, alive);
        slices.forEach(Slice::release);
        exchange(more);
    }

    private void exchange(SparseBody other) {
        body.release();
        body = other;
    }

    /** All that is held between these positions is what belongs there. */
    private void check(long first, long last) {
        for (long at = first; at <= last; ) {
            int octets = (int) Math.min(last - at + 1, body.contiguous(at));
            if (octets == 0) {
                at++;
                continue;
            }
            ByteBuf taken = body.take(at, octets);
            assertThat(ByteBufUtil.getBytes(taken)).isEqualTo(octets(at, octets));
            taken.release();
            at += octets;
        }
    }

    private static byte[] octets(long first, int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = octet(first + i);
        }
        return octets;
    }

    private static byte octet(long position) {
        return (byte) (position * 31 + (position >>> 8) * 17);
    }
}
