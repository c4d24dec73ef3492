package dev.weir.runtime.cluster;

import static dev.weir.runtime.cluster.BusWords.NEWS;
import static dev.weir.runtime.cluster.BusWords.SHOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.cluster.BusWords.Words;
import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalBusTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final LocalBus bus = new LocalBus(vertx, metrics);
    private Context one;
    private Context other;

    @BeforeEach
    void contexts() throws Exception {
        one = context();
        other = context();
        assertThat(one).isNotSameAs(other);
    }

    private Context context() throws Exception {
        return ((io.vertx.core.internal.VertxInternal) vertx).createEventLoopContext();
    }

    @AfterEach
    void close() throws Exception {
        metrics.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static <T> T on(Context context, Callable<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(v -> {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    /** Asks from a context; what comes back must come there. */
    private Throwable failureOf(Context context, String text, Duration timeout) throws Exception {
        CompletableFuture<Throwable> done = new CompletableFuture<>();
        context.runOnContext(
                v -> bus.request(SHOUT, new Words(text), timeout).onComplete(answer -> done.complete(answer.cause())));
        return done.get(10, TimeUnit.SECONDS);
    }

    @Test
    void answersOnTheCallersContextAndServesOnTheOneThatRegistered() throws Exception {
        BlockingQueue<Context> served = new LinkedBlockingQueue<>();
        Registration registration = on(
                other,
                () -> bus.serve(SHOUT, words -> {
                    served.add(Vertx.currentContext());
                    return Future.succeededFuture(new Words(words.text().toUpperCase(Locale.ROOT)));
                }));
        CompletableFuture<Context> answered = new CompletableFuture<>();
        CompletableFuture<Words> answer = new CompletableFuture<>();
        one.runOnContext(v -> bus.request(SHOUT, new Words("hey"), SECOND).onComplete(done -> {
            answered.complete(Vertx.currentContext());
            answer.complete(done.result());
        }));
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(new Words("HEY"));
        assertThat(answered.get(10, TimeUnit.SECONDS)).isSameAs(one);
        assertThat(served.poll(10, TimeUnit.SECONDS)).isSameAs(other);
        registration.close();
        assertThat(BusWords.kind(failureOf(one, "gone", SECOND))).isEqualTo(BusException.Kind.NO_HANDLERS);
    }

    @Test
    void namesWhyThereIsNoAnswer() throws Exception {
        assertThat(BusWords.kind(failureOf(one, "x", SECOND))).isEqualTo(BusException.Kind.NO_HANDLERS);
        Promise<Words> never = Promise.promise();
        Registration silent = on(other, () -> bus.serve(SHOUT, words -> never.future()));
        assertThat(BusWords.kind(failureOf(one, "x", Duration.ofMillis(20)))).isEqualTo(BusException.Kind.TIMEOUT);
        silent.close();
        Registration failing = on(other, () -> bus.serve(SHOUT, words -> Future.failedFuture("no")));
        Throwable failed = failureOf(one, "x", SECOND);
        assertThat(BusWords.kind(failed)).isEqualTo(BusException.Kind.FAILED);
        assertThat(failed).hasMessage("test.shout: no");
        failing.close();
        Registration throwing = on(
                other,
                () -> bus.serve(SHOUT, words -> {
                    throw new IllegalStateException("thrown");
                }));
        assertThat(failureOf(one, "x", SECOND)).hasMessage("test.shout: thrown");
        throwing.close();
    }

    @Test
    void tellsAllWhoListen() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Registration first = on(one, () -> bus.subscribe(NEWS, words -> heard.add("one " + words.text())));
        Registration second = on(other, () -> bus.subscribe(NEWS, words -> heard.add("other " + words.text())));
        bus.publish(NEWS, new Words("a"));
        assertThat(java.util.List.of(poll(heard), poll(heard))).containsExactlyInAnyOrder("one a", "other a");
        second.close();
        bus.publish(NEWS, new Words("b"));
        assertThat(poll(heard)).isEqualTo("one b");
        first.close();
    }

    private static String poll(BlockingQueue<String> queue) throws InterruptedException {
        return String.valueOf(queue.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void refusesWhatNoClusterWouldCarry() {
        Words long1 = new Words("x".repeat(Bus.LARGEST_FRAME));
        assertThatThrownBy(() -> bus.publish(NEWS, long1)).isInstanceOf(FrameTooLargeException.class);
        assertThat(metrics.scrape()).contains("weir_bus_frames_refused_total 1");
    }
}
