package dev.weir.edge.log;

import io.vertx.core.Future;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that appends records and says the id of each when it is appended, until it is killed. */
final class AppendUntilKilled {
    private AppendUntilKilled() {}

    /** With the directory of the spool. */
    public static void main(String[] args) throws Exception {
        AuditOutbox outbox = AuditOutbox.open(
                SpoolSettings.of(Path.of(args[0]), 64 << 20),
                "edge",
                1,
                (batch, next) -> Future.failedFuture("no log"),
                InstantSource.system());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (int i = 0; i < 100_000; i++) {
            if (outbox.append(Spooled.record("id-" + i)) > 0) {
                out.println("id-" + i);
            }
        }
        outbox.close();
    }
}
