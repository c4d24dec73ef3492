package dev.weir.edge.cache;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The readers of one event loop for whom there is something new, who take turns with everything else there: a few of
 * them, then what sockets have to say, then the next ones. An event loop does all that is waiting to be done before it
 * looks at its sockets again; a thousand readers would keep a thousand requests from being read. Thread-safe.
 */
final class Turns {
    private static final int AT_A_TIME = 16;

    private final EventLoop loop;
    private final Queue<Seat> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean due = new AtomicBoolean();

    Turns(EventLoop loop) {
        this.loop = loop;
    }

    /** Has {@code seat} look, soon. */
    void add(Seat seat) {
        waiting.add(seat);
        if (due.compareAndSet(false, true)) {
            loop.execute(this::take);
        }
    }

    private void take() {
        for (int i = 0; i < AT_A_TIME; i++) {
            Seat seat = waiting.poll();
            if (seat == null) {
                break;
            }
            seat.turn();
        }
        due.set(false);
        if (!waiting.isEmpty() && due.compareAndSet(false, true)) {
            // What is scheduled on the loop itself comes after its sockets; what is executed comes before them.
            var unused = loop.schedule(this::take, 0, TimeUnit.NANOSECONDS);
        }
    }
}
