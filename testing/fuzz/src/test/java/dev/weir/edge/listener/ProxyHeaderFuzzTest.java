package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** What a balancer says first: judged alike however it is cut, taken from nothing but its own octets, and bounded. */
class ProxyHeaderFuzzTest {
    private static final int LONGEST = 16 + ProxyHeader.LONGEST_BINARY;

    @FuzzTest
    void headers(byte[] data) {
        if (data.length == 0) {
            return;
        }
        ProxyHeader whole = ProxyHeader.of(octets(data, data.length));
        int decided = data.length;
        for (int length = 1; length <= data.length; length++) {
            ProxyHeader header = ProxyHeader.of(octets(data, length));
            if (!(header instanceof ProxyHeader.Incomplete)) {
                assertThat(header).isEqualTo(whole);
                decided = length;
                break;
            }
            assertThat(length).isLessThan(LONGEST);
        }
        if (!(whole instanceof ProxyHeader.Read read)) {
            return;
        }
        assertThat(read.length()).isEqualTo(decided);
        if (data[0] == 'P') {
            assertThat(read.length()).isLessThanOrEqualTo(ProxyHeader.LONGEST_TEXT);
            assertThat(data[read.length() - 2]).isEqualTo((byte) '\r');
            assertThat(data[read.length() - 1]).isEqualTo((byte) '\n');
        }
        read.source().ifPresent(source -> assertThat(source.isUnresolved()).isFalse());
    }

    /** The first {@code length}, not at the beginning of their buffer. */
    private static ByteBuf octets(byte[] data, int length) {
        return Unpooled.buffer().writeInt(0).writeBytes(data, 0, length).skipBytes(4);
    }
}
