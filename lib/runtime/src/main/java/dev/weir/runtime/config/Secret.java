package dev.weir.runtime.config;

/** A text that must not be printed: its {@link #toString()} does not show it. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
