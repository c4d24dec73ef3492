package dev.weir.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code ./weir …} of the checkout as a process; always ended, its children too. */
final class WeirProcess implements AutoCloseable {
    /** Within which SIGTERM ends it. */
    static final Duration TERMINATION = Duration.ofSeconds(15);

    /** Of each stream; a query of the log in the full form tells far fewer. */
    private static final int MOST_LINES = 2_000_000;

    private final List<String> command;
    private final Process process;
    private final List<String> out = Collections.synchronizedList(new ArrayList<>());
    private final List<String> err = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> readers;

    private WeirProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.readers = List.of(reader(process.getInputStream(), out), reader(process.getErrorStream(), err));
    }

    /** Starts it in a directory of its own, so that nothing lands in the checkout. */
    static WeirProcess start(Path directory, String... arguments) throws IOException {
        return startWith("", directory, arguments);
    }

    /** The same with options for the JVM. */
    static WeirProcess startWith(String javaOptions, Path directory, String... arguments) throws IOException {
        Checkout.announceBuild();
        List<String> command = new ArrayList<>();
        command.add(Checkout.weir().toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().put("JAVA_HOME", Checkout.javaHome());
        builder.environment().put("WEIR_JAVA_OPTS", javaOptions);
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        process.getOutputStream().close();
        return new WeirProcess(command, process);
    }

    /** Runs a command that ends by itself. */
    static Ended run(Path directory, Duration atMost, String... arguments) throws IOException, InterruptedException {
        try (WeirProcess running = start(directory, arguments)) {
            return running.awaitEnd(atMost);
        }
    }

    /** What a process said and how it ended. */
    record Ended(int exit, List<String> out, List<String> err) {
        /** Both, for messages. */
        String said() {
            return String.join("\n", out) + "\n" + String.join("\n", err);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<String> out() {
        return copy(out);
    }

    List<String> err() {
        return copy(err);
    }

    void send(Signal signal) throws IOException, InterruptedException {
        signal.to(process.pid());
    }

    /** The first line of its standard output that fits. */
    String awaitLine(String what, Duration atMost, Predicate<String> fits) {
        var unusedTime = Await.until(what + " on standard output of " + this, atMost, () -> {
            if (lastLine(fits).isPresent()) {
                return true;
            }
            if (!process.isAlive()) {
                throw new IllegalStateException("it ended with " + process.exitValue() + "\n" + tail());
            }
            return false;
        });
        return out().stream().filter(fits).findFirst().orElseThrow();
    }

    Optional<String> lastLine(Predicate<String> fits) {
        List<String> fitting = out().stream().filter(fits).toList();
        return fitting.isEmpty() ? Optional.empty() : Optional.of(fitting.get(fitting.size() - 1));
    }

    /** Waits until it has ended by itself. */
    Ended awaitEnd(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("did not end within " + atMost.toSeconds() + " s: " + this + "\n" + tail());
        }
        for (Thread reader : readers) {
            reader.join(5_000);
        }
        return new Ended(process.exitValue(), out(), err());
    }

    /** The end of what it said. */
    String tail() {
        return Stream.concat(
                        last(out()).stream().map(line -> "  out " + line),
                        last(err()).stream().map(line -> "  err " + line))
                .reduce(toString(), (all, line) -> all + "\n" + line);
    }

    private static List<String> copy(List<String> growing) {
        synchronized (growing) {
            return List.copyOf(growing);
        }
    }

    private static List<String> last(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - 60), lines.size());
    }

    private static Thread reader(InputStream stream, List<String> lines) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                            if (lines.size() == MOST_LINES) {
                                throw new IOException("more than " + MOST_LINES + " lines");
                            }
                            lines.add(line);
                        }
                    } catch (IOException closed) {
                        lines.add("(its output could not be read further: " + closed.getMessage() + ")");
                    }
                },
                "output of " + stream.hashCode());
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(TERMINATION.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        descendants.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public String toString() {
        return "weir " + String.join(" ", command.subList(1, command.size())) + " (pid " + process.pid() + ")";
    }
}
