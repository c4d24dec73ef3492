package dev.weir.system;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A body that says itself what it is: one line of text, then octets that follow from that line, so that a body which was
 * cut, or put together of two, is recognised.
 *
 * @param origin that made it
 * @param number of the object
 * @param version of the object
 * @param choice it was made for, or {@code -}
 * @param user it was made for, or {@code -}
 * @param generated when, by the clock of this machine in nanoseconds
 */
record CheckedBody(String origin, int number, int version, String choice, String user, long generated) {
    private static final int NOISE = 64 * 1024;
    private static final byte[] BLOCK = noise();

    /** The body of a version of a {@link CheckedObject.Kind#RANGED} one: equal whenever it is made. */
    static CheckedBody ranged(String origin, int number, int version) {
        return new CheckedBody(origin, number, version, "-", "-", 0);
    }

    /** All of it. */
    byte[] octets(int length) {
        byte[] all = new byte[length];
        byte[] line = (this + "\n").getBytes(StandardCharsets.US_ASCII);
        if (line.length > length) {
            throw new IllegalArgumentException("length: " + length + " (expected: at least " + line.length + ")");
        }
        System.arraycopy(line, 0, all, 0, line.length);
        int from = offset();
        for (int at = line.length; at < length; ) {
            int octets = Math.min(length - at, NOISE - from);
            System.arraycopy(BLOCK, from, all, at, octets);
            at += octets;
            from = 0;
        }
        return all;
    }

    /** What {@code octets} say they are; empty if they begin with no such line. */
    static Optional<CheckedBody> read(byte[] octets) {
        int end = 0;
        while (end < octets.length && end < 300 && octets[end] != '\n') {
            end++;
        }
        String[] parts = new String(octets, 0, end, StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length != 6) {
            return Optional.empty();
        }
        try {
            return Optional.of(new CheckedBody(
                    parts[0],
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    parts[3],
                    parts[4],
                    Long.parseLong(parts[5])));
        } catch (NumberFormatException garbled) {
            return Optional.empty();
        }
    }

    /** Whether {@code octets} are this body, whole and nothing else. */
    boolean isWhole(byte[] octets, int length) {
        return octets.length == length && Arrays.equals(octets, octets(length));
    }

    /** The tag of what it stands for. */
    String entityTag() {
        return "\"" + version + "-" + choice + "\"";
    }

    @Override
    public String toString() {
        return origin + " " + number + " " + version + " " + choice + " " + user + " " + generated;
    }

    private int offset() {
        return Math.floorMod(Objects.hash(origin, number, version, choice, user, generated), NOISE);
    }

    private static byte[] noise() {
        byte[] block = new byte[NOISE];
        new SplittableRandom(7).nextBytes(block);
        return block;
    }
}
