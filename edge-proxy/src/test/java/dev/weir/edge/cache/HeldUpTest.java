package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeldUpTest {
    private final HeldUp heldUp = new HeldUp();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** After so many milliseconds: whether it has been too long. */
    private boolean after(long millis, boolean othersWait) {
        now = now.plusMillis(millis);
        return heldUp.isTooLong(othersWait, now);
    }

    @Test
    void isTooLongAfterASecondOfWaiting() {
        assertThat(after(0, true)).isFalse();
        assertThat(after(400, true)).isFalse();
        assertThat(after(400, true)).isFalse();
        assertThat(after(199, true)).isFalse();
        assertThat(after(1, true)).isTrue();
    }

    @Test
    void beginsAnewOnceItWasTooLong() {
        assertThat(after(0, true)).isFalse();
        assertThat(after(500, true)).isFalse();
        assertThat(after(500, true)).isTrue();
        assertThat(after(500, true)).isFalse();
        assertThat(after(499, true)).isFalse();
        assertThat(after(1, true)).isTrue();
    }

    @Test
    void timeWithoutWaitingMakesUpForIt() {
        for (int i = 0; i < 100; i++) {
            assertThat(after(300, true)).isFalse();
            assertThat(after(300, false)).isFalse();
        }
        assertThat(after(60_000, true)).as("what was made up for isn't saved").isFalse();
        assertThat(after(500, true)).isFalse();
        assertThat(after(500, true)).isTrue();
    }

    @Test
    void whoIsSlowMostOfTheTimeIsSoAtLast() {
        int turns = 0;
        boolean tooLong = false;
        while (!tooLong && turns < 100) {
            turns++;
            assertThat(after(100, true)).isFalse();
            tooLong = after(300, true);
            assertThat(after(0, false)).isFalse();
        }
        assertThat(turns).isBetween(3, 10);
    }

    @Test
    void nobodyIsLetGoWhileNobodyWaits() {
        assertThat(after(0, true)).isFalse();
        assertThat(after(500, true)).isFalse();
        assertThat(after(500, false)).isFalse();
    }

    @Test
    void aClockThatIsSetCountsLittle() {
        assertThat(after(0, true)).isFalse();
        now = now.plus(Duration.ofDays(1));
        assertThat(after(0, true)).isFalse();
        now = now.minus(Duration.ofDays(2));
        assertThat(after(0, true)).isFalse();
        assertThat(after(499, true)).isFalse();
        assertThat(after(1, true)).isTrue();
    }
}
