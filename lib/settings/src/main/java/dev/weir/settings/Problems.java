package dev.weir.settings;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong while a file is read, so that one run shows all of it. Not for several threads. */
public final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();

    /** Adds one; what is said already is not said twice. */
    public void add(Problem problem) {
        found.add(problem);
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
