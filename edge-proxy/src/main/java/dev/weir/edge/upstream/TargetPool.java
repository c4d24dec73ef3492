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
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this event loop to one target (at one address, with one trust): the last used is used next, and
 * whoever finds no place on one waits in a bounded line. Where connections carry many exchanges, another is made only
 * when those there are full.
 */
final class TargetPool {
    /** One who wants a connection. */
    interface Waiter {
        /** Takes a place on one and begins with it, now. */
        void connected(OriginStream stream);

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
    private final boolean multiplexed;
    private final Dialler dialler;
    private final PoolLimits limits;
    private final OriginMetrics metrics;
    private final Idle allIdle;
    private final Deque<PooledConnection> idle = new ArrayDeque<>();
    /** In use, with room for more. */
    private final Deque<PooledConnection> shared = new ArrayDeque<>();

    private final Set<PooledConnection> open = new HashSet<>();
    /** Of those, the ones on which nothing begins any more. */
    private final Set<PooledConnection> retired = new HashSet<>();

    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private int connecting;
    private boolean closed;

    /** @param multiplexed whether connections are HTTP/2 and carry many exchanges */
    TargetPool(
            String name, boolean multiplexed, Dialler dialler, PoolLimits limits, OriginMetrics metrics, Idle allIdle) {
        this.name = name;
        this.multiplexed = multiplexed;
        this.dialler = dialler;
        this.limits = limits;
        this.metrics = metrics;
        this.allIdle = allIdle;
    }

    /** Serves {@code waiter} from the connections there are, by a new one, or in its turn. */
    void acquire(Waiter waiter, boolean fresh) {
        PooledConnection connection = fresh ? null : withRoom();
        if (connection != null) {
            give(connection, waiter);
            return;
        }
        if (fresh && isFull()) {
            closeOldestIdle();
        }
        boolean shares = multiplexed && connecting > 0;
        if (shares && waiting.size() < MultiplexedConnection.FIRST_STREAMS) {
            // There will be room on the connection that is being made.
            waiting.add(waiter);
        } else if (!shares && !isFull()) {
            connect(waiter);
        } else if (waiting.size() < limits.waiting() + (shares ? MultiplexedConnection.FIRST_STREAMS : 0)) {
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

    /** An exchange on it is over, or it can take more than before. */
    void released(PooledConnection connection) {
        if (!open.contains(connection)) {
            return;
        }
        if (closed && connection.isIdle()) {
            connection.close();
            return;
        }
        Waiter next = connection.hasRoom() ? nextWaiting() : null;
        while (next != null) {
            give(connection, next);
            next = connection.hasRoom() ? nextWaiting() : null;
        }
        place(connection);
    }

    /** Nothing begins on it any more; its exchanges go on. */
    void retired(PooledConnection connection) {
        takeOut(connection);
        if (open.contains(connection)) {
            retired.add(connection);
        }
        serveNext();
    }

    private void takeOut(PooledConnection connection) {
        shared.remove(connection);
        unidle(connection);
    }

    /** The connection is closed or about to be: its place is free. */
    void lost(PooledConnection connection) {
        if (!open.remove(connection)) {
            return;
        }
        retired.remove(connection);
        takeOut(connection);
        serveNext();
    }

    /** Closes what has been idle for too long, or is dead. */
    void expire(long nowNanos) {
        PooledConnection oldest = idle.peekFirst();
        while (oldest != null && oldest.idleUntil() - nowNanos <= 0) {
            oldest.close();
            oldest = idle.peekFirst();
        }
        for (PooledConnection connection : List.copyOf(open)) {
            if (connection.isDead(nowNanos)) {
                connection.close();
            }
        }
    }

    /** Closes the connection that has been idle longest; false if none is. */
    @CanIgnoreReturnValue
    boolean closeOldestIdle() {
        PooledConnection oldest = idle.peekFirst();
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

    /** No new connections; idle ones close now, those in use when their exchanges end. */
    void close() {
        closed = true;
        while (closeOldestIdle()) {
            // until none is left
        }
    }

    /** What is retired holds up nobody, as long as there isn't as much of it as there may be of others. */
    private boolean isFull() {
        int leaving = Math.min(retired.size(), limits.connections());
        return open.size() - leaving + connecting >= limits.connections();
    }

    private @Nullable PooledConnection withRoom() {
        PooledConnection used = shared.peekLast();
        PooledConnection next = used != null ? used : idle.peekLast();
        // It may be closed already and not have said so.
        return next != null && next.hasRoom() ? next : null;
    }

    private void give(PooledConnection connection, Waiter waiter) {
        OriginStream stream = connection.open();
        unidle(connection);
        place(connection);
        waiter.connected(stream);
    }

    private void unidle(PooledConnection connection) {
        if (idle.removeLastOccurrence(connection)) {
            allIdle.count--;
        }
    }

    /** Puts it where it belongs by what it carries. */
    private void place(PooledConnection connection) {
        if (!open.contains(connection)) {
            return;
        }
        shared.remove(connection);
        if (!connection.hasRoom()) {
            return;
        }
        if (!connection.isIdle()) {
            shared.addLast(connection);
        } else if (!multiplexed || !idle.contains(connection)) {
            idle.addLast(connection);
            allIdle.count++;
        }
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
                connected(
                        waiter,
                        multiplexed
                                ? new MultiplexedConnection(socket, this, limits.headBytes())
                                : new Http1Connection(socket, this, limits.headBytes()));
            }
        });
    }

    private void connected(Waiter waiter, PooledConnection connection) {
        if (connection.isClosed()) {
            connectFailed(waiter, new ClosedChannelException());
            return;
        }
        open.add(connection);
        if (!waiter.isOver()) {
            give(connection, waiter);
        }
        if (connection.hasRoom()) {
            released(connection);
        }
        if (multiplexed) {
            serveNext();
        }
    }

    private void connectFailed(Waiter waiter, Throwable cause) {
        ProxyFailure failure = ConnectFailure.of(cause, name);
        metrics.connectFailed(name, failure.type());
        // Those who wait for the same connection: they would only find out one after the other.
        List<Waiter> others = multiplexed && open.isEmpty() ? List.copyOf(waiting) : List.of();
        waiting.removeAll(others);
        if (!waiter.isOver()) {
            waiter.failed(failure);
        }
        for (Waiter other : others) {
            if (!other.isOver()) {
                other.failed(failure);
            }
        }
        serveNext();
    }

    private void serveNext() {
        if (!isFull() && !(multiplexed && connecting > 0)) {
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
