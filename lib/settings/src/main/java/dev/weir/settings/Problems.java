package dev.weir.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a file is read, so that one run shows all of it. Not for several threads. */
public final class Problems {
    private final List<Problem> found = new ArrayList<>();

    /** Adds one; what is said already is not said twice. */
    public void add(Problem problem) {
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found, in the order of the file. */
    public List<Problem> list() {
        return found.stream()
                .sorted(Comparator.comparing((Problem p) -> p.position().file())
                        .thenComparingInt(p -> p.position().line())
                        .thenComparingInt(p -> p.position().column()))
                .toList();
    }

    /**
     * Ends the reading.
     *
     * @throws SettingsException if anything was found
     */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw new SettingsException(list());
        }
    }
}
