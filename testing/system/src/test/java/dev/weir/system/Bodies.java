package dev.weir.system;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Bodies that both sides can make for themselves: the same seed gives the same octets. */
final class Bodies {
    private static final int BLOCK = 16 * 1024;

    private Bodies() {}

    /** A small body that belongs to this text. */
    static Buffer of(String text) {
        Buffer body = Buffer.buffer("body of " + text + "\n");
        appendNoise(body, new SplittableRandom(text.hashCode()), 1024 - Math.min(1024, body.length()));
        return body;
    }

    /** Makes a long body piece by piece. */
    static final class Stream {
        private final SplittableRandom random;
        private final MessageDigest digest = sha256();
        private long left;

        Stream(long seed, long bytes) {
            random = new SplittableRandom(seed);
            left = bytes;
        }

        boolean isOver() {
            return left == 0;
        }

        Buffer next() {
            Buffer piece = Buffer.buffer(BLOCK);
            appendNoise(piece, random, (int) Math.min(BLOCK, left));
            left -= piece.length();
            digest.update(piece.getBytes());
            return piece;
        }

        /** Of all that was made. */
        String hash() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    /** What the hash of such a body is. */
    static String hash(long seed, long bytes) {
        Stream stream = new Stream(seed, bytes);
        while (!stream.isOver()) {
            var unusedPiece = stream.next();
        }
        return stream.hash();
    }

    static String hash(Buffer body) {
        return HexFormat.of().formatHex(sha256().digest(body.getBytes()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static void appendNoise(Buffer buffer, SplittableRandom random, int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        buffer.appendBytes(noise);
    }
}
