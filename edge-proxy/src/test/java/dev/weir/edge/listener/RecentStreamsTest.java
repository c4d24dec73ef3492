package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.listener.RecentStreams.End;
import org.junit.jupiter.api.Test;

class RecentStreamsTest {
    private final RecentStreams recent = new RecentStreams();

    @Test
    void tellsHowAStreamEnded() {
        for (int id : new int[] {1, 3, 9}) {
            recent.opened(id);
        }
        recent.ended(1);
        recent.left(9);
        assertThat(recent.endOf(1)).isEqualTo(End.ENDED);
        assertThat(recent.endOf(3)).isEqualTo(End.RESET);
        assertThat(recent.endOf(5)).isEqualTo(End.SKIPPED);
        assertThat(recent.endOf(9)).isEqualTo(End.LEFT);
    }

    @Test
    void remembersTheLastOnesOnly() {
        for (int id = 1; id <= 513; id += 2) {
            recent.opened(id);
            recent.ended(id);
        }
        assertThat(recent.endOf(1)).isEqualTo(End.FORGOTTEN);
        assertThat(recent.endOf(3)).isEqualTo(End.ENDED);
        recent.ended(1);
        assertThat(recent.endOf(1)).isEqualTo(End.FORGOTTEN);
    }
}
