package dev.weir.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A command that is named but not built yet: refused by its name, whatever follows it. */
abstract class LaterCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What follows; not looked at. */
    @Unmatched
    @SuppressWarnings("UnusedVariable") // only taken in
    private List<String> rest = new ArrayList<>();

    @Override
    public final Integer call() {
        throw CommandFailure.usage(spec.qualifiedName().substring("weir ".length()) + ": not built yet");
    }

    @Command(name = "schema", description = "Not built yet.")
    static final class Schema extends LaterCommand {}

    @Command(name = "top", description = "Not built yet.")
    static final class Top extends LaterCommand {}

    @Command(name = "doctor", description = "Not built yet.")
    static final class Doctor extends LaterCommand {}

    @Command(name = "replay", description = "Not built yet.")
    static final class Replay extends LaterCommand {}

    @Command(name = "rollback", description = "Not built yet.")
    static final class Rollback extends LaterCommand {}

    @Command(name = "history", description = "Not built yet.")
    static final class History extends LaterCommand {}

    @Command(name = "verify", description = "Not built yet.")
    static final class Verify extends LaterCommand {}
}
