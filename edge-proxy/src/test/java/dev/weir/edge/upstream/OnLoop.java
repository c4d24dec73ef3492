package dev.weir.edge.upstream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.runtime.config.ExchangeTimeouts;
import dev.weir.runtime.config.OriginProtocol;
import dev.weir.runtime.config.UpstreamConfig;
import dev.weir.settings.ByteSize;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Origins on an event loop of their own, with what tests ask of them. */
final class OnLoop implements AutoCloseable {
    static final ExchangeLimits LIMITS = new ExchangeLimits(8, 4, ByteSize.ofKiB(16));
    static final UpstreamConfig.PassiveHealth HEALTH = new UpstreamConfig.PassiveHealth(5, Duration.ofSeconds(10));
    static final ExchangeTimeouts TIMEOUTS = timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));
    /** Drops interim answers. */
    static final InterimAnswers DROP = (status, fields) -> {};

    final Vertx vertx = Vertx.vertx();
    final Context context = vertx.getOrCreateContext();
    final TargetHealth health = new TargetHealth(System::nanoTime);
    final Counting metrics = new Counting();
    final Origins origins;

    static final class Counting implements OriginMetrics {
        final AtomicInteger retries = new AtomicInteger();
        final AtomicInteger ejections = new AtomicInteger();
        final AtomicInteger broken = new AtomicInteger();
        final AtomicInteger refusals = new AtomicInteger();

        @Override
        public void retried(String target, ProxyError why) {
            retries.incrementAndGet();
        }

        @Override
        public void ejected(String target) {
            ejections.incrementAndGet();
        }

        @Override
        public void brokenAnswer(String target, ProxyError why) {
            broken.incrementAndGet();
        }

        @Override
        public void refused(String target) {
            refusals.incrementAndGet();
        }
    }

    /** An answer that came whole. */
    record Whole(OriginAnswer answer, String body) {}

    OnLoop(UpstreamSpec... upstreams) {
        this((reached, here) -> false, upstreams);
    }

    OnLoop(Origins.OwnSockets own, UpstreamSpec... upstreams) {
        origins = call(
                () -> Future.succeededFuture(new Origins(vertx, 1, LIMITS, own, health, metrics, List.of(upstreams))));
    }

    static ExchangeTimeouts timeouts(Duration firstByte, Duration idle) {
        return new ExchangeTimeouts(
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofMillis(300),
                firstByte,
                idle,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30));
    }

    static UpstreamSpec upstream(TargetSpec... targets) {
        return new UpstreamSpec("site", List.of(targets), OriginProtocol.HTTP1, List.of(), HEALTH, LIMITS);
    }

    /** The same over HTTP/2. */
    static UpstreamSpec http2(TargetSpec... targets) {
        return new UpstreamSpec("site", List.of(targets), OriginProtocol.HTTP2, List.of(), HEALTH, LIMITS);
    }

    static OriginRequest get(String target) {
        return request("GET", target, RequestBody.none(), TIMEOUTS);
    }

    static OriginRequest request(String method, String target, RequestBody body, ExchangeTimeouts timeouts) {
        return new OriginRequest(
                method,
                target,
                HeaderFields.of("Host", "site.test"),
                new Destination.Group("site"),
                body,
                timeouts,
                OriginRequest.Host.CLIENT);
    }

    static OriginRequest with(OriginRequest request, HeaderFields fields) {
        return new OriginRequest(
                request.method(),
                request.target(),
                fields,
                request.destination(),
                request.body(),
                request.timeouts(),
                request.host());
    }

    /** Sends a request and reads the whole answer. */
    @CanIgnoreReturnValue
    Whole whole(OriginRequest request) {
        return call(() -> origins.exchange(request, DROP).answer().compose(OnLoop::read));
    }

    /** Sends a request that has to fail, in its head or its body. */
    ProxyFailure failure(OriginRequest request) {
        return failureOf(() -> origins.exchange(request, DROP).answer().compose(OnLoop::read));
    }

    <T> ProxyFailure failureOf(Supplier<Future<T>> work) {
        try {
            T unexpected = call(work);
            throw new AssertionError("succeeded: " + unexpected);
        } catch (Failed failed) {
            if (failed.getCause() instanceof ProxyFailure failure) {
                return failure;
            }
            throw failed;
        }
    }

    static Future<Whole> read(OriginAnswer answer) {
        Promise<Whole> promise = Promise.promise();
        Buffer all = Buffer.buffer();
        answer.body()
                .handler(all::appendBuffer)
                .exceptionHandler(promise::tryFail)
                .endHandler(end -> promise.tryComplete(new Whole(answer, all.toString(StandardCharsets.ISO_8859_1))))
                .resume();
        return promise.future();
    }

    static final class Failed extends RuntimeException {
        Failed(Throwable cause) {
            super(cause);
        }
    }

    /** Runs {@code work} on the loop and waits for what comes of it. */
    @CanIgnoreReturnValue
    <T> T call(Supplier<Future<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(go -> {
            try {
                work.get().onComplete(result::complete, result::completeExceptionally);
            } catch (RuntimeException | Error failure) {
                result.completeExceptionally(failure);
            }
        });
        try {
            return result.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            throw new Failed(Objects.requireNonNull(failure.getCause()));
        } catch (InterruptedException | TimeoutException failure) {
            throw new AssertionError("no result", failure);
        }
    }

    /** Waits until {@code condition}, asked on the loop, holds. */
    void until(BooleanSupplier condition) {
        Promise<Void> holds = Promise.promise();
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        call(() -> {
            poll(condition, holds, deadline);
            return holds.future();
        });
    }

    private void poll(BooleanSupplier condition, Promise<Void> holds, long deadline) {
        if (condition.getAsBoolean()) {
            holds.complete();
        } else if (System.nanoTime() > deadline) {
            holds.fail(new AssertionError("condition didn't come true"));
        } else {
            vertx.setTimer(5, id -> poll(condition, holds, deadline));
        }
    }

    @Override
    public void close() {
        call(origins::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
