package dev.weir.settings;

import java.util.List;
import java.util.Optional;

/** Keys and values in written order; no key stands twice. */
public record Mapping(Position position, List<Entry> entries) implements Node {
    /** One key with its value. */
    public record Entry(Position keyPosition, String key, Node value) {}

    /** Copies the entries. */
    public Mapping {
        entries = List.copyOf(entries);
    }

    /** The value of a key. */
    public Optional<Node> get(String key) {
        return entry(key).map(Entry::value);
    }

    /** A key with its value. */
    public Optional<Entry> entry(String key) {
        for (Entry entry : entries) {
            if (entry.key().equals(key)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    @Override
    public String kindWord() {
        return "a mapping";
    }
}
