package dev.weir.testing.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LeakCheckTest {
    /** Registered as it is here, it would make this class fail if the test left to it what it found. */
    @Test
    @Timeout(30)
    void findsWhatWasLost() {
        lose();
        String found = "";
        while (found.isEmpty()) {
            LeakCheck.collect();
            found = LeakCheck.found();
        }
        assertThat(found).contains("ByteBuf").contains("LeakCheckTest.lose");
    }

    private static void lose() {
        ByteBuf lost = ByteBufAllocator.DEFAULT.directBuffer(64);
        assertThat(lost.isWritable()).isTrue();
    }
}
