package dev.weir.edge.pipeline;

import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.edge.cache.EdgeCache;
import dev.weir.http.CanonicalRequest;
import dev.weir.runtime.config.Mode;
import dev.weir.runtime.config.PurgeConfig;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.settings.Cidr;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers PURGE on reverse listeners, for those who may: a purge on every edge and in the shared tier. What the request
 * says it is of, is for {@link PurgeWords} to read. None goes on to an origin.
 */
final class PurgeByRequest implements Phase.Later {
    static final String METHOD = "PURGE";

    private static final Logger LOG = LoggerFactory.getLogger(PurgeByRequest.class);
    private static final String SCHEME = "Bearer ";

    private final EdgeCache cache;
    private final PurgeConfig config;
    private final Count done;
    private final Count refused;
    private final Count failed;

    PurgeByRequest(EdgeCache cache, PurgeConfig config, Metrics metrics) {
        this.cache = cache;
        this.config = config;
        this.done = counter(metrics, "done");
        this.refused = counter(metrics, "refused");
        this.failed = counter(metrics, "failed");
    }

    private static Count counter(Metrics metrics, String outcome) {
        return metrics.counter("edge.purge.requests", "Requests with the method PURGE.", "outcome", outcome);
    }

    @Override
    public Stage stage() {
        return Stage.PURGE;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        if (!request.method().equals(METHOD) || exchange.listener().mode() != Mode.REVERSE) {
            return Verdict.PROCEEDED;
        }
        if (!isAllowed(exchange.client(), request)) {
            refused.increment();
            return reply(LocalAnswer.denied(403, "purge-refused"));
        }
        Optional<PurgeOrder> order = PurgeWords.read(request);
        if (order.isEmpty()) {
            failed.increment();
            return reply(LocalAnswer.error(400, PurgeWords.UNCLEAR, "http_request_error"));
        }
        return cache.purge(order.get())
                .map(report -> done(exchange, order.get(), report))
                .otherwise(failure -> failed(exchange, order.get(), failure));
    }

    private Verdict done(Exchange exchange, PurgeOrder order, PurgeReport report) {
        done.increment();
        LOG.info("{}: {}", exchange.id(), report.toJson(order).encode());
        return new Verdict.Reply(
                LocalAnswer.said(reason(order), report.toJson(order).encode() + "\n"));
    }

    private Verdict failed(Exchange exchange, PurgeOrder order, Throwable failure) {
        failed.increment();
        LOG.warn("{}: {} was not done, or it isn't known whether it was: {}", exchange.id(), reason(order), failure);
        return new Verdict.Reply(LocalAnswer.unavailable("purge-failed", "proxy_internal_error"));
    }

    /** What the log says of it. */
    private static String reason(PurgeOrder order) {
        String first = order.scopes().get(0).toString();
        String more = order.scopes().size() > 1 ? " and " + (order.scopes().size() - 1) + " more" : "";
        return (order.dryRun() ? "counted " : order.soft() ? "softly purged " : "purged ") + first + more;
    }

    private boolean isAllowed(InetAddress client, CanonicalRequest request) {
        boolean near = false;
        for (Cidr network : config.clients()) {
            near |= network.contains(client);
        }
        String given = request.fields().first("Authorization").orElse("");
        boolean known = config.token().isEmpty()
                || (given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                        && MessageDigest.isEqual(
                                given.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                                config.token().get().value().getBytes(StandardCharsets.UTF_8)));
        return near && known;
    }

    private static Future<Verdict> reply(LocalAnswer answer) {
        return Future.succeededFuture(new Verdict.Reply(answer));
    }
}
