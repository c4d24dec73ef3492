package dev.weir.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A small process that outlives its parent only to end the parent's children, however the parent died.
 *
 * <p>It reads pids from a pipe that only the parent holds; the end of that pipe is the parent's death. It then ends
 * them politely, the stopped ones included, and after five seconds by force.
 */
final class Guard implements AutoCloseable {
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r word pid; do
              case $word in
                watch) pids="$pids $pid" ;;
                forget) rest=; for p in $pids; do [ "$p" = "$pid" ] || rest="$rest $p"; done; pids=$rest ;;
              esac
            done
            [ -n "$pids" ] || exit 0
            kill -TERM $pids 2>/dev/null
            kill -CONT $pids 2>/dev/null
            i=0
            while [ $i -lt 50 ]; do
              alive=; for p in $pids; do if kill -0 "$p" 2>/dev/null; then alive="$alive $p"; fi; done
              pids=$alive
              [ -n "$pids" ] || exit 0
              sleep 0.1; i=$((i + 1))
            done
            kill -KILL $pids 2>/dev/null
            """;

    private static final String FILE = "guard.pid";
    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");

    private final Process process;
    private final Writer pipe;

    private Guard(Process process) {
        this.process = process;
        this.pipe = process.outputWriter(StandardCharsets.US_ASCII);
    }

    /** Waits until the guard of an earlier run on the same state has done its work, and starts a new one. */
    static Guard start(StateDirectory state) throws IOException {
        Path file = state.resolve(FILE);
        if (Files.exists(file)) {
            awaitEnd(Files.readString(file).strip());
        }
        Guard guard = start();
        state.write(FILE, Long.toString(guard.process.pid()));
        return guard;
    }

    private static void awaitEnd(String pid) {
        if (!PID.matcher(pid).matches()) {
            return;
        }
        ProcessHandle.of(Long.parseLong(pid))
                .filter(process ->
                        process.info().command().filter(Guard::isShell).isPresent())
                .ifPresent(guard -> guard.onExit()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .exceptionally(late -> guard)
                        .join());
    }

    private static boolean isShell(String command) {
        return command.endsWith("sh") || command.endsWith("busybox");
    }

    static Guard start() throws IOException {
        return new Guard(new ProcessBuilder("sh", "-c", SCRIPT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** From now on that process ends with this one. */
    void watch(long pid) {
        tell("watch " + pid);
    }

    /** That process has ended; its number may become another's. */
    void forget(long pid) {
        tell("forget " + pid);
    }

    private synchronized void tell(String line) {
        try {
            pipe.write(line + "\n");
            pipe.flush();
        } catch (IOException guardGone) {
            if (process.isAlive()) {
                throw new UncheckedIOException(guardGone);
            }
        }
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
