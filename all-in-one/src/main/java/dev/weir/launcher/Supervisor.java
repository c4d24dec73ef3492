package dev.weir.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps processes running: starts them stage by stage, starts one that died again, ends them all.
 *
 * <p>One that is only stopped is alive, and is left alone. All state is confined to one thread of its own, until
 * {@link #stop} has ended that.
 */
final class Supervisor {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration ENDING_STAGE = Duration.ofSeconds(4);
    private static final long LOG_LIMIT_BYTES = 10L << 20;

    private final List<Child> children;
    private final Guard guard;
    private final Times times;
    private final Consumer<List<ProcessLine.Running>> told;
    private final Consumer<String> news;
    private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "supervisor");
        made.setDaemon(true);
        return made;
    });
    private volatile boolean stopping;

    /**
     * How long things may take.
     *
     * @param firstReady until all are ready for the first time
     * @param restart between the death of one and its next start
     * @param restartReady after which one that was started again is told of, ready or not
     */
    record Times(Duration firstReady, Duration restart, Duration restartReady) {
        static final Times USUAL = new Times(Duration.ofSeconds(120), Duration.ofSeconds(2), Duration.ofSeconds(10));
    }

    /**
     * Starts nothing yet.
     *
     * @param told is given the processes when all are ready, and again after each restart
     * @param news a line for people, when something died
     */
    Supervisor(
            List<ProcessPlan> plans,
            Guard guard,
            Times times,
            Consumer<List<ProcessLine.Running>> told,
            Consumer<String> news) {
        this.children = plans.stream().map(Child::new).toList();
        this.guard = guard;
        this.times = times;
        this.told = told;
        this.news = news;
    }

    /** Starts all and waits until they are ready. */
    void start() throws InterruptedException {
        var unusedRound = thread.scheduleWithFixedDelay(this::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        try {
            firstReady.get(times.firstReady().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw CommandFailure.atRunTime(
                    "not ready within " + times.firstReady().toSeconds() + " s: " + String.join(", ", notReady()));
        } catch (java.util.concurrent.ExecutionException failure) {
            throw failure.getCause() instanceof CommandFailure said
                    ? said
                    : CommandFailure.atRunTime(String.valueOf(failure.getCause()));
        }
    }

    private List<String> notReady() {
        return children.stream()
                .filter(child -> child.isNew)
                .map(child -> child.plan.name() + " (" + child.plan.log() + ")")
                .toList();
    }

    /** The round that starts, probes and tells. */
    private void look() {
        try {
            for (Child child : children) {
                if (stopping) {
                    return;
                }
                boolean itsTurn = children.stream()
                        .noneMatch(other -> other.plan.stage() < child.plan.stage() && other.process == null);
                boolean before =
                        children.stream().noneMatch(other -> other.plan.stage() < child.plan.stage() && other.isNew);
                if (child.process == null && itsTurn && (before || firstReady.isDone())) {
                    spawn(child);
                } else if (child.isNew
                        && (isOldEnough(child) || child.plan.probe().isReady())) {
                    child.isNew = false;
                    child.toTell = true;
                }
            }
            tellIfSettled();
        } catch (IOException | RuntimeException failure) {
            if (!firstReady.completeExceptionally(failure)) {
                news.accept("supervision: " + failure);
            }
        }
    }

    private boolean isOldEnough(Child child) {
        return firstReady.isDone()
                && child.process != null
                && child.process.isAlive()
                && System.nanoTime() - child.startedNanos > times.restartReady().toNanos();
    }

    private void tellIfSettled() {
        boolean settled = children.stream().noneMatch(child -> child.isNew);
        if (settled && children.stream().anyMatch(child -> child.toTell)) {
            children.forEach(child -> child.toTell = false);
            told.accept(children.stream().flatMap(Child::running).toList());
            firstReady.complete(null);
        }
    }

    private void spawn(Child child) throws IOException {
        Path log = child.plan.log();
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = new ProcessBuilder(child.plan.command())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true)
                .start();
        guard.watch(process.pid());
        child.process = process;
        child.isNew = true;
        child.startedNanos = System.nanoTime();
        var unusedExit = process.onExit().thenAccept(ended -> later(() -> died(child, ended), Duration.ZERO));
    }

    private void died(Child child, Process ended) {
        guard.forget(ended.pid());
        int exit = ended.exitValue();
        child.isNew = true;
        if (exit == 2 && !firstReady.isDone()) {
            firstReady.completeExceptionally(CommandFailure.usage(
                    child.plan.name() + " does not accept its configuration:\n" + lastLines(child.plan.log())));
            return;
        }
        news.accept(child.plan.name() + " (pid " + ended.pid() + ") ended with " + exit + "; starting it again in "
                + times.restart().toSeconds() + " s");
        later(() -> restart(child), times.restart());
    }

    private void restart(Child child) {
        try {
            spawn(child);
        } catch (IOException | RuntimeException failure) {
            news.accept(child.plan.name() + " cannot be started: " + failure);
            later(() -> restart(child), times.restart());
        }
    }

    private void later(Runnable task, Duration delay) {
        try {
            var unusedTask = thread.schedule(() -> runUnlessStopping(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            return; // there is nothing left to keep running
        }
    }

    private void runUnlessStopping(Runnable task) {
        try {
            if (!stopping) {
                task.run();
            }
        } catch (RuntimeException failure) {
            news.accept("supervision: " + failure);
        }
    }

    private static String lastLines(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 10), all.size()));
        } catch (IOException | RuntimeException unreadable) {
            return "(see " + log + ")";
        }
    }

    /** Ends all, the last stage first, stopped ones included; takes at most four seconds a stage. */
    void stop() throws InterruptedException {
        stopping = true;
        thread.shutdownNow();
        if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
            news.accept("supervision did not end in time");
        }
        List<Process> alive = children.stream().flatMap(Child::alive).toList();
        resume(alive);
        List<Integer> stages = children.stream()
                .map(child -> child.plan.stage())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        for (int stage : stages) {
            end(children.stream()
                    .filter(child -> child.plan.stage() == stage)
                    .flatMap(Child::alive)
                    .toList());
        }
    }

    private static void resume(List<Process> processes) throws InterruptedException {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -CONT \"$@\"", "sh"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(1, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException noShell) {
            processes.forEach(Process::destroyForcibly); // a stopped one would not hear less
        }
    }

    private static void end(List<Process> processes) throws InterruptedException {
        processes.forEach(Process::destroy);
        long deadline = System.nanoTime() + ENDING_STAGE.toNanos();
        for (Process process : processes) {
            if (!process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** A plan and its present process. */
    private static final class Child {
        private final ProcessPlan plan;
        private volatile @Nullable Process process;
        private volatile boolean isNew = true;
        private boolean toTell;
        private long startedNanos;

        private Child(ProcessPlan plan) {
            this.plan = plan;
        }

        private Stream<ProcessLine.Running> running() {
            Process present = process;
            return present == null
                    ? Stream.empty()
                    : Stream.of(new ProcessLine.Running(
                            plan.name(), present.pid(), plan.reverse(), plan.forward(), plan.admin()));
        }

        private Stream<Process> alive() {
            Process present = process;
            return present == null || !present.isAlive() ? Stream.empty() : Stream.of(present);
        }
    }
}
