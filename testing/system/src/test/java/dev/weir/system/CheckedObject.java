package dev.weir.system;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What everybody knows of one resource of the checked world: it follows from its number alone, so that origins and those
 * who judge agree without talking.
 *
 * @param number of it
 * @param kind how it may be cached
 * @param length of its bodies, in octets
 * @param maxAgeSeconds its freshness
 * @param chunked whether its length isn't said
 * @param breaks whether the origin now and then dies in the middle of it
 */
record CheckedObject(int number, Kind kind, int length, int maxAgeSeconds, boolean chunked, boolean breaks) {
    /** How many there are. */
    static final int COUNT = 2_000;

    private static final int LONGEST = 300_000;

    /** How one may be cached. */
    enum Kind {
        /** By everybody, for its time. */
        SHARED("public, max-age="),
        /** The same, with a validator. */
        VALIDATED("max-age="),
        /** By X-Choice. */
        VARIED("max-age="),
        /** Stale for a while, as long as it is being renewed. */
        WHILE_REVALIDATED("stale-while-revalidate=2, max-age="),
        /** With a validation each time. */
        CONFIRMED("no-cache, max-age="),
        /** For the user who asked alone. */
        PRIVATE("private, max-age="),
        /** Nothing forbids sharing it but that the request was authorized. */
        AUTHORIZED("max-age="),
        /** Not at all. */
        NOT_STORED("no-store, max-age="),
        /** By parts: its octets follow from its version, and its tag says so. */
        RANGED("max-age=");

        private final String cacheControl;

        Kind(String cacheControl) {
            this.cacheControl = cacheControl;
        }

        /** Whether the answer belongs to the user who asked. */
        boolean isPersonal() {
            return this == PRIVATE || this == AUTHORIZED || this == NOT_STORED;
        }

        boolean hasValidator() {
            return this == VALIDATED
                    || this == VARIED
                    || this == WHILE_REVALIDATED
                    || this == CONFIRMED
                    || this == RANGED;
        }
    }

    static CheckedObject of(int number) {
        SplittableRandom random = new SplittableRandom(0x5eed_0000L + number);
        Kind[] kinds = Kind.values();
        Kind kind = kinds[random.nextInt(kinds.length)];
        // Most are short, a few are long.
        int length = 300 + (int) (Math.pow(random.nextDouble(), 6) * LONGEST);
        return new CheckedObject(
                number, kind, length, 1 + random.nextInt(3), random.nextInt(4) == 0, random.nextInt(10) == 0);
    }

    /** One by lot: few are asked for often, all now and then. */
    static int drawn(SplittableRandom random) {
        return (int) (Math.pow(random.nextDouble(), 8) * COUNT);
    }

    String path() {
        return "/checked/" + number;
    }

    String cacheControl() {
        return kind.cacheControl + maxAgeSeconds;
    }

    /** A tenth of all objects share a tag. */
    String tag() {
        return "tag-" + number % 10;
    }

    /** For how long after it was superseded a version may still be given out, in seconds. */
    int graceSeconds() {
        if (kind.isPersonal() || kind == Kind.CONFIRMED) {
            return 0;
        }
        // One for ages that are told in whole seconds.
        return maxAgeSeconds + (kind == Kind.WHILE_REVALIDATED ? 2 : 0) + 1;
    }

    @Override
    public String toString() {
        return path() + " " + kind.name().toLowerCase(Locale.ROOT) + " " + length + (chunked ? " chunked" : "");
    }
}
