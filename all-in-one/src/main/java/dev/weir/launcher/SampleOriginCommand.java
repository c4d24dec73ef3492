package dev.weir.launcher;

import dev.weir.settings.HostPort;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The small origin as a process of its own, for a Weir that runs elsewhere, such as docker-compose's. */
@Command(name = "sample-origin", description = "Runs a small origin to try Weir on.", mixinStandardHelpOptions = true)
final class SampleOriginCommand implements Callable<Integer> {
    private static final long START_SECONDS = 30;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--listen", paramLabel = "ADDR:PORT", description = "Where it listens (default: 127.0.0.1:8000).")
    private String listen = "127.0.0.1:8000";

    @Override
    public Integer call() throws InterruptedException {
        HostPort address = HostPort.parse(listen)
                .orElseThrow(() -> CommandFailure.usage("--listen: " + listen + " (expected: such as 127.0.0.1:8000)"));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            int port = SampleOrigin.start(vertx, address)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS)
                    .actualPort();
            spec.commandLine().getOut().println("sample origin on http://" + new HostPort(address.host(), port));
        } catch (ExecutionException | TimeoutException failure) {
            throw CommandFailure.atRunTime("cannot listen on " + address + ": " + failure);
        }
        new CountDownLatch(1).await();
        return 0;
    }
}
