package dev.weir.edge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A resource that is made as it is asked for: each octet follows from the version and from its position, so that it can be
 * of any length, and that none passes for another. Answers one range, conditions and If-Range as an origin should.
 */
final class PartsOrigin implements Origin.Script {
    private static final int PIECE = 64 * 1024;
    private static final int LETTERS = 23;

    /** Octets of content that were sent. */
    final AtomicLong sent = new AtomicLong();

    private volatile long length;
    private final AtomicInteger version = new AtomicInteger(1);
    private volatile String tag = "\"v%d\"";
    private volatile String fields = "Cache-Control: max-age=60\r\n";

    PartsOrigin(long length) {
        this.length = length;
    }

    /** The same in another version. */
    void changes() {
        var unused = version.incrementAndGet();
    }

    void version(int other) {
        version.set(other);
    }

    void length(long other) {
        length = other;
    }

    /** How the entity tag of a version is written; empty for none. */
    @CanIgnoreReturnValue
    PartsOrigin tagged(String format) {
        tag = format;
        return this;
    }

    /** Other field lines, each ended by CR LF. */
    @CanIgnoreReturnValue
    PartsOrigin with(String lines) {
        fields = lines;
        return this;
    }

    int version() {
        return version.get();
    }

    /** The octets of a version between two positions, which are part of the answer. */
    static String content(int version, long first, long last) {
        return new String(octets(version, first, (int) (last - first + 1)), StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(int version, long first, int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            long position = first + i;
            octets[i] = (byte) ('a' + (position + version * 5L + (position >>> 10) * 3) % LETTERS);
        }
        return octets;
    }

    @Override
    public void run(Origin.Peer peer) throws IOException {
        String etag = tag.formatted(version.get());
        String lines = fields + (etag.isEmpty() ? "" : "ETag: " + etag + "\r\n");
        if (!etag.isEmpty() && etag.equals(field(peer.head, "If-None-Match"))) {
            peer.send("HTTP/1.1 304 Not Modified\r\n" + lines + "\r\n");
            return;
        }
        String range = field(peer.head, "Range");
        String ifRange = field(peer.head, "If-Range");
        boolean part = range.startsWith("bytes=") && (ifRange.isEmpty() || ifRange.equals(etag));
        long all = length;
        long first = 0;
        long last = all - 1;
        if (part) {
            String[] ends = range.substring(6).split("-", -1);
            first = ends[0].isEmpty() ? Math.max(0, all - Long.parseLong(ends[1])) : Long.parseLong(ends[0]);
            last = ends[0].isEmpty() || ends[1].isEmpty() ? all - 1 : Math.min(all - 1, Long.parseLong(ends[1]));
            if (first >= all) {
                peer.send("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */" + all
                        + "\r\nContent-Length: 0\r\n\r\n");
                return;
            }
        }
        peer.send((part
                        ? "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + first + "-" + last + "/" + all
                                + "\r\n"
                        : "HTTP/1.1 200 OK\r\n")
                + lines + "Content-Length: " + (last - first + 1) + "\r\n\r\n");
        if (!peer.head.startsWith("HEAD ")) {
            send(peer, first, last);
        }
    }

    private void send(Origin.Peer peer, long first, long last) throws IOException {
        int made = version.get();
        for (long at = first; at <= last; ) {
            int octets = (int) Math.min(PIECE, last - at + 1);
            peer.send(octets(made, at, octets));
            var unused = sent.addAndGet(octets);
            at += octets;
        }
    }

    /** The value of a field line; empty if there is none. */
    static String field(String head, String name) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
        return at < 0
                ? ""
                : head.substring(at + name.length() + 3, head.indexOf("\r\n", at + 2))
                        .trim();
    }
}
