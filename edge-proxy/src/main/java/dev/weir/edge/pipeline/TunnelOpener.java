package dev.weir.edge.pipeline;

import dev.weir.edge.forward.TunnelReport;
import dev.weir.edge.forward.Tunnels;
import dev.weir.edge.listener.Takeover;
import dev.weir.edge.policy.ActiveRevision;
import dev.weir.edge.policy.PolicyReplica;
import dev.weir.edge.upstream.Destination;
import dev.weir.edge.upstream.Origins;
import dev.weir.edge.upstream.UpgradeAnswer;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.policy.ResponseFacts;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a tunnel of an exchange: of a CONNECT once its destination is dialled, of an Upgrade once the origin has switched.
 * The exchange is recorded before the client is told; the tunnel gets a record of its own when it is over. Lives on one
 * event loop.
 */
final class TunnelOpener {
    private static final Logger LOG = LoggerFactory.getLogger(TunnelOpener.class);
    private static final Verdict CLOSED =
            new Verdict.Reply(LocalAnswer.unavailable("no-policy", ProxyError.PROXY_CONFIGURATION_ERROR.token()));
    private static final Verdict FULL =
            new Verdict.Reply(LocalAnswer.unavailable("tunnel-limit", ProxyError.CONNECTION_LIMIT_REACHED.token()));

    private final Origins origins;
    private final Tunnels<Exchange> tunnels;
    private final PolicyReplica replica;
    private final RecordExchange records;
    private final OpenExchanges open;
    private final EdgeCounters counters;

    TunnelOpener(
            Origins origins,
            Tunnels<Exchange> tunnels,
            PolicyReplica replica,
            RecordExchange records,
            OpenExchanges open,
            EdgeCounters counters) {
        this.origins = origins;
        this.tunnels = tunnels;
        this.replica = replica;
        this.records = records;
        this.open = open;
        this.counters = counters;
    }

    /** Dials what a CONNECT asks for. */
    Future<Verdict> connect(Exchange exchange) {
        if (tunnels.isFull()) {
            return Future.succeededFuture(FULL);
        }
        Destination.Dialled destination = (Destination.Dialled) exchange.route().destination();
        return origins.dial(destination, exchange.route().timeouts().connect())
                .compose(origin -> take(exchange, origin, 200));
    }

    /** The origin has switched protocols: so does the client. */
    Future<Verdict> upgrade(Exchange exchange, UpgradeAnswer.Switched switched) {
        if (tunnels.isFull()) {
            switched.socket().close().onFailure(TunnelOpener::ignored);
            return Future.succeededFuture(FULL);
        }
        Verdict verdict = judged(exchange);
        if (verdict != Verdict.PROCEED) {
            switched.socket().close().onFailure(TunnelOpener::ignored);
            return Future.succeededFuture(verdict);
        }
        HttpServerResponse response = exchange.request().response();
        HeaderFields fields = switched.fields();
        fields.forEach((name, value) -> response.headers().add(name, value));
        response.headers().set("Connection", "Upgrade").set("Upgrade", switched.protocol());
        return take(exchange, switched.socket(), 101);
    }

    /** Rules that waited for the type of an answer hear now that there is none. */
    private Verdict judged(Exchange exchange) {
        if (!exchange.policy().awaitsResponse()) {
            return Verdict.PROCEED;
        }
        Optional<ActiveRevision> active = replica.current();
        return active.isEmpty()
                ? CLOSED
                : PolicyWords.verdict(
                        exchange,
                        active.get().policy().evaluate(exchange.facts(), ResponseFacts.unknown()),
                        active.get().pair().toString());
    }

    private Future<Verdict> take(Exchange exchange, NetSocket origin, int status) {
        if (exchange.isClientGone()) {
            origin.close().onFailure(TunnelOpener::ignored);
            exchange.terminated(Termination.CLIENT_CLOSED, "before-reply");
        } else {
            exchange.answer(new Answer(status, HeaderFields.empty(), Answer.Body.NONE));
        }
        Verdict recorded = records.run(exchange);
        exchange.cache().end();
        open.leave(exchange);
        counters.finished(exchange);
        if (exchange.isClientGone() || recorded != Verdict.PROCEED) {
            return Future.succeededFuture(Verdict.TAKEN_OVER);
        }
        return Takeover.accept(exchange.request())
                .compose(client -> relay(exchange, client, origin))
                .transform(over -> {
                    if (over.failed()) {
                        LOG.debug("{}: no tunnel", exchange.id(), over.cause());
                        origin.close().onFailure(TunnelOpener::ignored);
                    }
                    return Future.succeededFuture(Verdict.TAKEN_OVER);
                });
    }

    private Future<TunnelReport> relay(Exchange exchange, NetSocket client, NetSocket origin) {
        return tunnels.relay(
                        client,
                        exchange.request().response(),
                        origin,
                        exchange.listener().tunnelIdle(),
                        exchange.route().timeouts().total(),
                        exchange)
                .onSuccess(report -> records.tunnel(exchange, report));
    }

    private static void ignored(Throwable alreadyClosed) {
        LOG.trace("socket already closed", alreadyClosed);
    }
}
