package dev.weir.edge.upstream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.net.NetSocket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this event loop to one target (at one address, with one trust): the last used is used next, and
 * whoever finds none free waits in a bounded line.
 */
final class TargetPool {
    /** One who wants a connection. */
    interface Waiter {
        /** Takes it and begins with it, now. */
        void connected(OriginConnection connection);

        void failed(ProxyFailure failure);

        /** Whether it has given up. */
        boolean isOver();

        /** Whether it waits in line, rather than for a connection being made for it. */
        void queued();

        Duration connectTimeout();
    }

    /** Makes connections. */
    interface Dialler {
        Future<NetSocket> dial(Duration timeout);
    }

    /** How many connections are idle, over all pools of an event loop. */
    static final class Idle {
        private int count;

        int count() {
            return count;
        }
    }

    private final String name;
    private final Dialler dialler;
    private final PoolLimits limits;
    private final OriginMetrics metrics;
    private final Idle allIdle;
    private final Deque<OriginConnection> idle = new ArrayDeque<>();
    private final Set<OriginConnection> open = new HashSet<>();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int connecting;
    private boolean closed;

    TargetPool(String name, Dialler dialler, PoolLimits limits, OriginMetrics metrics, Idle allIdle) {
        this.name = name;
        this.dialler = dialler;
        this.limits = limits;
        this.metrics = metrics;
        this.allIdle = allIdle;
    }

    /** Serves {@code waiter} from the idle connections, by a new one, or in its turn. */
    void acquire(Waiter waiter, boolean fresh) {
        OriginConnection connection = fresh ? null : idle.pollLast();
        if (connection != null) {
            allIdle.count--;
            waiter.connected(connection);
            return;
        }
        if (fresh && isFull()) {
            closeOldestIdle();
        }
        if (!isFull()) {
            connect(waiter);
        } else if (waiting.size() < limits.waiting()) {
            waiting.add(waiter);
            waiter.queued();
        } else {
            metrics.refused(name);
            waiter.failed(ProxyFailure.of(
                    ProxyError.CONNECTION_LIMIT_REACHED,
                    ProxyFailure.Source.SELF,
                    name + ": " + waiting.size() + " wait for a connection"));
        }
    }

    /** A waiter gave up. */
    void withdraw(Waiter waiter) {
        waiting.remove(waiter);
    }

    void release(OriginConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        Waiter next = nextWaiting();
        if (next != null) {
            next.connected(connection);
        } else {
            idle.addLast(connection);
            allIdle.count++;
        }
    }

    /** The connection is closed or about to be: its place is free. */
    void lost(OriginConnection connection) {
        if (!open.remove(connection)) {
            return;
        }
        if (idle.remove(connection)) {
            allIdle.count--;
        }
        serveNext();
    }

    /** Closes what has been idle for too long. */
    void expire(long nowNanos) {
        while (!idle.isEmpty() && idle.getFirst().idleUntil() - nowNanos <= 0) {
            closeOldestIdle();
        }
    }

    /** Closes the connection that has been idle longest; false if none is. */
    @CanIgnoreReturnValue
    boolean closeOldestIdle() {
        OriginConnection oldest = idle.peekFirst();
        if (oldest != null) {
            oldest.close();
        }
        return oldest != null;
    }

    boolean isEmpty() {
        return open.isEmpty() && connecting == 0 && waiting.isEmpty();
    }

    int openCount() {
        return open.size() + connecting;
    }

    /** No new connections; idle ones close now, those in use when their exchange ends. */
    void close() {
        closed = true;
        while (closeOldestIdle()) {
            // until none is left
        }
    }

    private boolean isFull() {
        return open.size() + connecting >= limits.connections();
    }

    private void connect(Waiter waiter) {
        connecting++;
        long began = System.nanoTime();
        dialler.dial(waiter.connectTimeout()).onComplete((socket, failure) -> {
            connecting--;
            if (failure != null) {
                connectFailed(waiter, failure);
            } else {
                metrics.connected(name, System.nanoTime() - began);
                connected(waiter, new OriginConnection(socket, this, limits.headBytes()));
            }
        });
    }

    private void connected(Waiter waiter, OriginConnection connection) {
        if (connection.isClosed()) {
            connectFailed(waiter, new ClosedChannelException());
            return;
        }
        open.add(connection);
        if (waiter.isOver()) {
            release(connection);
        } else {
            waiter.connected(connection);
        }
    }

    private void connectFailed(Waiter waiter, Throwable cause) {
        ProxyFailure failure = ConnectFailure.of(cause, name);
        metrics.connectFailed(name, failure.type());
        if (!waiter.isOver()) {
            waiter.failed(failure);
        }
        serveNext();
    }

    private void serveNext() {
        if (!isFull()) {
            Waiter next = nextWaiting();
            if (next != null) {
                connect(next);
            }
        }
    }

    private @Nullable Waiter nextWaiting() {
        Waiter next = waiting.poll();
        while (next != null && next.isOver()) {
            next = waiting.poll();
        }
        return next;
    }
}
