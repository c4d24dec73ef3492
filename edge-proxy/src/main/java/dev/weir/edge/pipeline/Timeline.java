package dev.weir.edge.pipeline;

/** When each stage of an exchange was entered, in nanoseconds of {@link System#nanoTime}; 0 where it never was. */
final class Timeline {
    private static final int STAGES = Stage.values().length;

    private final long started;
    private final long[] entered = new long[STAGES];

    Timeline(long nanoTime) {
        this.started = nanoTime;
    }

    @SuppressWarnings("EnumOrdinal") // an index within this process only
    void enter(Stage stage) {
        entered[stage.ordinal()] = System.nanoTime();
    }

    /** From the start to the entry of {@code stage}, in microseconds; -1 if it never was. */
    @SuppressWarnings("EnumOrdinal")
    long microsTo(Stage stage) {
        long at = entered[stage.ordinal()];
        return at == 0 ? -1 : (at - started) / 1000;
    }

    /** From the start to now, in nanoseconds. */
    long elapsedNanos() {
        return System.nanoTime() - started;
    }
}
