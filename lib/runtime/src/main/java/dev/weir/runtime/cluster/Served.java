package dev.weir.runtime.cluster;

import dev.weir.contracts.Address;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An address that this process serves: calls go to the context that registered, and only so many at a time. */
final class Served<Q, A> {
    /** More calls under way than this are refused: whoever serves has fallen behind. */
    static final int MOST_UNDER_WAY = 10_000;

    /** Takes what a call came to, on the context of the one who serves. */
    interface Reply<A> {
        void answered(A answer);

        void failed(BusException failure);
    }

    private final Address<Q, A> address;
    private final Context context;
    private final Function<Q, Future<A>> handler;
    private final AtomicInteger underWay = new AtomicInteger();

    Served(Address<Q, A> address, Context context, Function<Q, Future<A>> handler) {
        this.address = address;
        this.context = context;
        this.handler = handler;
    }

    Address<Q, A> address() {
        return address;
    }

    void call(Q body, Reply<A> reply) {
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            reply.failed(new BusException(BusException.Kind.BUSY, address.name() + ": too many requests under way"));
            return;
        }
        try {
            context.runOnContext(here -> handle(body, reply));
        } catch (RejectedExecutionException ending) {
            underWay.decrementAndGet();
            reply.failed(new BusException(BusException.Kind.FAILED, address.name() + ": the process is ending"));
        }
    }

    private void handle(Q body, Reply<A> reply) {
        Future<A> answer;
        try {
            answer = handler.apply(body);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(done -> {
            underWay.decrementAndGet();
            if (done.succeeded()) {
                reply.answered(done.result());
            } else {
                reply.failed(failure(done.cause()));
            }
        });
    }

    private BusException failure(Throwable cause) {
        if (cause instanceof BusException failure) {
            return failure;
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new BusException(BusException.Kind.FAILED, address.name() + ": " + message);
    }
}
