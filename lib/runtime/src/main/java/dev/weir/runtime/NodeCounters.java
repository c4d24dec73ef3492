package dev.weir.runtime;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What a process tells of itself each second: numbers and words by name, asked for anew each time. Thread-safe. */
public final class NodeCounters {
    private final Map<String, LongSupplier> numbers = new ConcurrentHashMap<>();
    private final Map<String, Supplier<String>> words = new ConcurrentHashMap<>();

    /** Adds a number; a second one of the name takes the first one's place. */
    public void number(String name, LongSupplier supplier) {
        numbers.put(name, supplier);
    }

    /** Adds a word; a second one of the name takes the first one's place. */
    public void word(String name, Supplier<String> supplier) {
        words.put(name, supplier);
    }

    /** The numbers of this moment. */
    public Map<String, Long> numbers() {
        Map<String, Long> now = new TreeMap<>();
        numbers.forEach((name, supplier) -> now.put(name, supplier.getAsLong()));
        return now;
    }

    /** The words of this moment. */
    public Map<String, String> words() {
        Map<String, String> now = new TreeMap<>();
        words.forEach((name, supplier) -> now.put(name, supplier.get()));
        return now;
    }
}
