package dev.weir.settings;

import java.util.Optional;

/** One mistake in a file: where, at which key, why, and the word that was likely meant. */
public record Problem(Position position, String keyPath, String cause, Optional<String> suggestion) {
    /** A problem without a suggestion; an empty key path means the whole file. */
    public Problem(Position position, String keyPath, String cause) {
        this(position, keyPath, cause, Optional.empty());
    }

    /** {@code weir.yaml:12:5: cache.memroy: unknown key (did you mean "memory"?)}. */
    @Override
    public String toString() {
        return position
                + ": "
                + (keyPath.isEmpty() ? "" : keyPath + ": ")
                + cause
                + suggestion.map(word -> " (did you mean \"" + word + "\"?)").orElse("");
    }
}
