package dev.weir.http.caching;

/**
 * How long an operator wants responses to be fresh, counted from when they were received: {@link #UNSAID} where nothing
 * is wanted.
 *
 * @param ofSeconds the lifetime, whatever the origin says
 * @param defaultSeconds the lifetime where the origin says none
 * @param leastSeconds a shorter lifetime is made as long
 * @param mostSeconds a longer lifetime is made as short
 */
public record LifetimeRule(long ofSeconds, long defaultSeconds, long leastSeconds, long mostSeconds) {
    /** In the place of seconds. */
    public static final long UNSAID = -1;

    /** The lifetime is what the origin says. */
    public static final LifetimeRule NONE = new LifetimeRule(UNSAID, UNSAID, UNSAID, UNSAID);

    /** Whether it wants nothing. */
    public boolean isNone() {
        return equals(NONE);
    }

    /**
     * What becomes of a lifetime.
     *
     * @param said the lifetime that the response has by itself, from its making on
     * @param explicit whether its origin said so
     * @param ageSeconds its age when it was received, which doesn't shorten what is wanted
     * @return the lifetime, from its making on
     */
    long apply(long said, boolean explicit, long ageSeconds) {
        if (ofSeconds >= 0) {
            return wanted(ofSeconds, ageSeconds);
        }
        long lifetime = !explicit && defaultSeconds >= 0 ? wanted(defaultSeconds, ageSeconds) : said;
        if (leastSeconds >= 0) {
            lifetime = Math.max(lifetime, wanted(leastSeconds, ageSeconds));
        }
        return mostSeconds >= 0 ? Math.min(lifetime, wanted(mostSeconds, ageSeconds)) : lifetime;
    }

    /** From its making on; none at all stays none, however long it was under way. */
    private static long wanted(long seconds, long ageSeconds) {
        return seconds == 0 ? 0 : seconds + ageSeconds;
    }

    /** Whether it decides alone. */
    boolean decides(boolean explicit) {
        return ofSeconds >= 0 || (!explicit && defaultSeconds >= 0);
    }
}
