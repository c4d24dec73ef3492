package dev.weir.edge.listener;

import dev.weir.runtime.config.ListenerLimits;
import dev.weir.runtime.config.ListenerTimeouts;
import io.netty.channel.Channel;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections of a listener share: limits, counters, where to report. Thread-safe. */
// A write or close of Netty reports its failure to the pipeline and to the promise that was handed in.
@SuppressWarnings("FutureReturnValueIgnored")
final class GuardedListener {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    /** Bytes of a malformed request that are reported. */
    static final int EXCERPT = 256;
    /** Connections that may wait for their peers' end at once. */
    static final int MOST_LINGERING = 1024;

    private final String name;
    private final ListenerLimits limits;
    private final ListenerTimeouts timeouts;
    private final MalformedSink sink;
    private final ListenerMeters meters;
    private final Optional<Predicate<InetAddress>> balancers;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger lingering = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> openByClient = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** @param balancers who alone may connect, and tells of each connection by a PROXY header; empty for anybody, bare */
    GuardedListener(
            String name,
            ListenerLimits limits,
            ListenerTimeouts timeouts,
            Optional<Predicate<InetAddress>> balancers,
            MalformedSink sink,
            ListenerMeters meters) {
        this.name = name;
        this.limits = limits;
        this.timeouts = timeouts;
        this.balancers = balancers;
        this.sink = sink;
        this.meters = meters;
    }

    ListenerLimits limits() {
        return limits;
    }

    ListenerTimeouts timeouts() {
        return timeouts;
    }

    ListenerMeters meters() {
        return meters;
    }

    /** Whether every answer is to be its connection's last. */
    boolean isDraining() {
        return draining;
    }

    /** From now on every answer is its connection's last. */
    void drain() {
        draining = true;
    }

    /** Connections open now. */
    int open() {
        return open.get();
    }

    /** Whether every connection begins with a PROXY header. */
    boolean expectsProxyHeader() {
        return balancers.isPresent();
    }

    /**
     * Counts a connection in until it closes; false if there are too many, in all or from its address, or if it is a
     * stranger's where only balancers may connect.
     */
    boolean admit(Channel channel) {
        InetAddress peer = channel.remoteAddress() instanceof InetSocketAddress address ? address.getAddress() : null;
        if (balancers.isPresent() && (peer == null || !balancers.get().test(peer))) {
            refused(channel.remoteAddress(), "proxy-header-stranger", new byte[0], 0);
            return false;
        }
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            meters.connectionRefused("total");
            return false;
        }
        if (balancers.isEmpty() && peer != null && !enter(peer)) {
            open.decrementAndGet();
            return false;
        }
        meters.connectionOpened();
        channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (balancers.isEmpty() && peer != null) {
                leave(peer);
            }
        });
        return true;
    }

    /** Counts in, until its connection closes, a client that a balancer told of; false if it has too many. */
    boolean admitClient(Channel channel, InetAddress client) {
        if (!enter(client)) {
            return false;
        }
        channel.closeFuture().addListener(closed -> leave(client));
        return true;
    }

    private boolean enter(InetAddress client) {
        if (openByClient.merge(client, 1, Integer::sum) > limits.connectionsPerClient()) {
            leave(client);
            meters.connectionRefused("client");
            return false;
        }
        return true;
    }

    /** Whether {@code channel} may wait for its peer's end; counted until it closes. */
    boolean mayLinger(Channel channel) {
        if (lingering.incrementAndGet() > MOST_LINGERING) {
            lingering.decrementAndGet();
            return false;
        }
        channel.closeFuture().addListener(closed -> lingering.decrementAndGet());
        return true;
    }

    private void leave(InetAddress client) {
        openByClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
    }

    /** Counts and reports a malformed request of the client that the connection is for. */
    void refused(Channel channel, String reason, byte[] bytes, int length) {
        SocketAddress told = channel.attr(ProxyHeaderGate.TOLD).get();
        if (told == null) {
            refused(channel.remoteAddress(), reason, bytes, length);
        } else {
            refused(told, reason, excerpt(bytes, length));
        }
    }

    private void refused(java.net.SocketAddress client, String reason, byte[] bytes, int length) {
        SocketAddress peer = client instanceof InetSocketAddress address
                ? SocketAddress.inetSocketAddress(address)
                : SocketAddress.domainSocketAddress("unknown");
        refused(peer, reason, excerpt(bytes, length));
    }

    /** Counts and reports a malformed request. */
    void refused(SocketAddress client, String reason, String excerpt) {
        meters.malformed(reason);
        try {
            sink.refused(name, client, reason, excerpt);
        } catch (RuntimeException e) {
            // The refusal itself must go on.
            LOG.error("listener {}: a malformed request was not reported", name, e);
        }
    }

    /** At most {@link #EXCERPT} of these bytes as visible ASCII, all else written as \\xNN. */
    static String excerpt(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder(EXCERPT + 64);
        for (int i = 0; i < Math.min(length, EXCERPT); i++) {
            int octet = bytes[i] & 0xff;
            if (octet >= 0x20 && octet < 0x7f && octet != '\\') {
                text.append((char) octet);
            } else {
                text.append("\\x")
                        .append(Character.forDigit(octet >> 4, 16))
                        .append(Character.forDigit(octet & 0xf, 16));
            }
        }
        return text.toString();
    }
}
