package dev.weir.settings;

import java.util.List;
import java.util.stream.Collectors;

/** A file that cannot be used; holds all that is wrong with it, and its message is one line for each. */
public final class SettingsException extends RuntimeException {
    private final List<Problem> problems;

    /** From what was found. */
    public SettingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong, in the order of the file. */
    public List<Problem> problems() {
        return problems;
    }
}
