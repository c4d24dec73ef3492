package dev.weir.runtime.channel;

import org.jspecify.annotations.Nullable;

/**
 * What a frame is. On the wire: the kind's number in an octet, the length of the content in four, the content. Numbers
 * are only ever added.
 */
public enum FrameKind {
    /** A sign of life. */
    BEAT(0, 0),
    /** What is known of a body before it. */
    HEAD(1, 256 * 1024),
    /** There is no body for who asked; why. */
    RELEASED(2, 4 * 1024),
    /** Octets of the body, behind those before. */
    PIECE(3, 64 * 1024),
    /** All of the body has come; what follows it. */
    END(4, 256 * 1024),
    /** The rest of the body won't come. */
    BROKEN(5, 4 * 1024);

    private static final FrameKind[] KINDS = values();

    private final int number;
    private final int most;

    FrameKind(int number, int most) {
        this.number = number;
        this.most = most;
    }

    /** How long the content may be, in octets. */
    public int most() {
        return most;
    }

    /** Whether nothing comes behind it. */
    boolean isLast() {
        return this == RELEASED || this == END || this == BROKEN;
    }

    int number() {
        return number;
    }

    static @Nullable FrameKind of(int number) {
        return number < KINDS.length ? KINDS[number] : null;
    }
}
