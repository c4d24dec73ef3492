package dev.weir.audit;

import dev.weir.contracts.audit.AuditAck;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A process that appends batches of ten and says the last number of each that was acknowledged, until it is killed. */
final class AppendUntilKilled {
    private AppendUntilKilled() {}

    /** With the directory of the store, and the number to begin with. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (AuditStore store = AuditStore.open(Batches.settings(Path.of(args[0])), InstantSource.system())) {
            long from = Long.parseLong(args[1]);
            for (int i = 0; i < 100_000; i++) {
                AuditAck ack = store.append(Batches.batch("e", 1, from, from + 9))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                out.println("acknowledged " + ack.throughSeq());
                from += 10;
            }
        }
    }
}
