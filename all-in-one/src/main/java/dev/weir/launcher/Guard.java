package dev.weir.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

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

    private final Process process;
    private final Writer pipe;

    private Guard(Process process) {
        this.process = process;
        this.pipe = process.outputWriter(StandardCharsets.US_ASCII);
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
