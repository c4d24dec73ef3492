package dev.weir.policy;

/** What came of reading a list. */
public sealed interface ListReading {
    /**
     * The list.
     *
     * @param badLines how many lines could not be read and were left out
     * @param firstBadLine the first of them, from 1, or 0
     */
    record Read(DomainList list, int badLines, int firstBadLine) implements ListReading {}

    /** It can't be used, and why; {@code line} counts from 1. */
    record Refused(int line, String reason) implements ListReading {}
}
