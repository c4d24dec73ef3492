package dev.weir.edge.listener;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** How a connection of HTTP/2 over clear text begins (RFC 9113 §3.4). */
enum Http2Preface {
    /** What has come may become it. */
    BEGUN,
    /** It is there. */
    WHOLE,
    /** What has come is something else. */
    OTHER;

    private static final byte[] OCTETS = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What stands at the reader index. */
    static Http2Preface at(ByteBuf in) {
        int length = Math.min(in.readableBytes(), OCTETS.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != OCTETS[i]) {
                return OTHER;
            }
        }
        return length == OCTETS.length ? WHOLE : BEGUN;
    }

    /**
     * Whether a line has neither a target of any form nor a version: no client of HTTP/1 sent it, so none waits for an
     * answer. A false preface looks like this.
     */
    static boolean isFalseOne(byte[] octets, int length) {
        String[] words = new String(octets, 0, length, StandardCharsets.ISO_8859_1).split("\r\n", 2)[0].split(" ", -1);
        return words.length == 3
                && words[1].chars().allMatch(c -> c >= 'A' && c <= 'Z')
                && !words[2].startsWith("HTTP");
    }
}
