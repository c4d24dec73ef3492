package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static long millis(long count) {
        return Duration.ofMillis(count).toNanos();
    }

    @Test
    void twoBeatsMayBeMissedAndNotMore() {
        Silence silence = new Silence(millis(1_000));
        assertThat(silence.left(millis(1_000))).isEqualTo(millis(250));
        assertThat(silence.left(millis(1_249))).isPositive();
        assertThat(silence.left(millis(1_250))).isZero();
        silence.heard(millis(1_300));
        assertThat(silence.left(millis(1_300))).isEqualTo(millis(250));
        assertThat(Silence.LONGEST).isGreaterThan(2 * Silence.BEAT.toNanos());
    }
}
