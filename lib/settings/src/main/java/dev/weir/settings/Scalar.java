package dev.weir.settings;

/** A single value: its text as written (quotes and escapes undone) and what YAML 1.2's core schema makes of it. */
public record Scalar(Position position, Kind kind, String text) implements Node {
    /** What the core schema resolves a scalar to. */
    public enum Kind {
        TEXT("a text"),
        INTEGER("a whole number"),
        DECIMAL("a decimal number"),
        BOOL("true or false"),
        NULL("nothing");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    @Override
    public String kindWord() {
        return kind.word;
    }
}
