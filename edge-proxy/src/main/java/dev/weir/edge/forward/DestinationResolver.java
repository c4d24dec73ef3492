package dev.weir.edge.forward;

import dev.weir.edge.upstream.Destination;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a host and a port that a client named into a destination that may be dialled: read strictly, resolved once,
 * every address checked. What comes out is what is dialled; nothing is resolved a second time, so a name that changes
 * its mind in between (rebinding) gains nothing.
 *
 * <p>A name with one forbidden address among its addresses is refused as a whole. Its owner can order the answer so that
 * the harmless address fails and the next one is dialled; and an ordinary site has no private address beside its public
 * ones. Networks where that is ordinary (split horizon, DNS64) are named in {@code forward.destinations.allow}.
 *
 * <p>Lives on a single event loop.
 */
public final class DestinationResolver {
    private static final int REMEMBERED = 1024;
    private static final int UNDER_WAY = 1024;
    private static final int DIALLED = 8;
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final NameLookup lookup;
    private final Map<String, Future<List<InetAddress>>> underWay = new HashMap<>();
    private final Map<String, Remembered> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > REMEMBERED;
        }
    };
    private DestinationGuard guard;

    private record Remembered(Future<List<InetAddress>> answer, long untilNanos) {}

    /** A resolver for the event loop that calls it. */
    public DestinationResolver(Vertx vertx, NameLookup lookup, DestinationGuard guard) {
        this.vertx = vertx;
        this.lookup = lookup;
        this.guard = guard;
    }

    /** Judges by another guard from now on. */
    public void guardBy(DestinationGuard changed) {
        guard = changed;
    }

    /**
     * The destination, or a {@link ProxyFailure}.
     *
     * @param host as the client wrote it; IPv6 with or without brackets
     * @param connect whether a tunnel is asked for, which other ports hold for
     * @param within for the look-up of a name
     */
    public Future<Destination.Dialled> resolve(String scheme, String host, int port, boolean connect, Duration within) {
        Optional<ProxyFailure> port403 = guard.refusalOfPort(connect, port);
        if (port403.isPresent()) {
            return Future.failedFuture(port403.get());
        }
        HostReading reading = HostReading.of(host);
        if (reading instanceof HostReading.Literal literal) {
            InetAddress address = literal.address();
            return checked(scheme, address.getHostAddress(), port, List.of(address));
        }
        if (reading instanceof HostReading.Name name) {
            return addresses(name.name(), within).compose(addresses -> checked(scheme, name.name(), port, addresses));
        }
        return Future.failedFuture(DestinationGuard.refused(((HostReading.Neither) reading).why()));
    }

    private Future<Destination.Dialled> checked(String scheme, String host, int port, List<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            Optional<ProxyFailure> refusal = guard.refusalOfAddress(address, port);
            if (refusal.isPresent()) {
                return Future.failedFuture(refusal.get());
            }
        }
        List<InetAddress> dialled = addresses.subList(0, Math.min(DIALLED, addresses.size()));
        return Future.succeededFuture(new Destination.Dialled(scheme, host, port, dialled));
    }

    private Future<List<InetAddress>> addresses(String name, Duration within) {
        Remembered known = remembered.get(name);
        if (known != null && known.untilNanos - System.nanoTime() > 0) {
            return known.answer;
        }
        Future<List<InetAddress>> asked = underWay.get(name);
        if (asked != null) {
            return asked;
        }
        if (underWay.size() >= UNDER_WAY) {
            return Future.failedFuture(ProxyFailure.of(
                    ProxyError.CONNECTION_LIMIT_REACHED,
                    ProxyFailure.Source.SELF,
                    underWay.size() + " look-ups under way"));
        }
        return ask(name, within);
    }

    private Future<List<InetAddress>> ask(String name, Duration within) {
        Promise<List<InetAddress>> promise = Promise.promise();
        Future<List<InetAddress>> answer = promise.future();
        underWay.put(name, answer);
        long timer = vertx.setTimer(
                Math.max(1, within.toMillis()),
                id -> promise.tryFail(ProxyFailure.of(
                        ProxyError.DNS_TIMEOUT, ProxyFailure.Source.ORIGIN, name + ": no answer in time")));
        lookup.addresses(name)
                .map(found -> nonEmpty(name, found))
                .onComplete(promise::tryComplete, failure -> promise.tryFail(failure(name, failure)));
        answer.onComplete(done -> {
            vertx.cancelTimer(timer);
            underWay.remove(name);
            Duration kept = done.succeeded() ? KEPT : FAILURE_KEPT;
            remembered.put(name, new Remembered(answer, System.nanoTime() + kept.toNanos()));
        });
        return answer;
    }

    private static List<InetAddress> nonEmpty(String name, List<InetAddress> found) {
        if (found.isEmpty()) {
            throw ProxyFailure.of(ProxyError.DNS_ERROR, ProxyFailure.Source.ORIGIN, name + ": no address");
        }
        return found;
    }

    private static ProxyFailure failure(String name, Throwable cause) {
        if (cause instanceof ProxyFailure known) {
            return known;
        }
        boolean timeout =
                cause instanceof UnknownHostException && cause.getCause() instanceof DnsNameResolverTimeoutException;
        return ProxyFailure.of(
                timeout ? ProxyError.DNS_TIMEOUT : ProxyError.DNS_ERROR,
                ProxyFailure.Source.ORIGIN,
                name + ": " + cause.getMessage());
    }
}
