package dev.weir.system;

import java.time.Duration;

/**
 * How much a run does: the short form with every build, the full one by {@code testing/system/run full}.
 *
 * @param requestsPerSecond of a fleet
 * @param mostRequests of a fleet
 * @param stopped how long a stopped process stays so; in the full form longer than Hazelcast waits for a member
 * @param policyChanges how often the time to a policy's effect is measured
 * @param faultRounds how often each service is killed and stopped
 * @param checkedAnswers that are judged one by one
 * @param checkedRestarts of Weir meanwhile
 * @param taggedObjects that are stored before purges by tag
 * @param tagPurges among them, each of a hundred objects
 */
record Form(
        int requestsPerSecond,
        int mostRequests,
        Duration stopped,
        int policyChanges,
        int faultRounds,
        long checkedAnswers,
        int checkedRestarts,
        int taggedObjects,
        int tagPurges) {
    private static final Form SHORT = new Form(60, 20_000, Duration.ofSeconds(4), 2, 1, 20_000, 1, 5_000, 10);
    private static final Form FULL =
            new Form(200, 1_000_000, Duration.ofSeconds(70), 20, 1, 1_000_000, 3, 100_000, 100);

    /** The form that was asked for ({@code -Dweir.form=full}). */
    static Form asked() {
        return System.getProperty("weir.form", "short").equals("full") ? FULL : SHORT;
    }

    /** A line that {@code testing/system/run} shows. */
    static void figure(String format, Object... values) {
        System.out.println("figure: " + String.format(java.util.Locale.ROOT, format, values));
    }
}
