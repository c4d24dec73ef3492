package dev.weir.edge.pipeline;

import dev.weir.edge.policy.ActiveRevision;
import dev.weir.edge.policy.PolicyReplica;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.PathReadings;
import dev.weir.policy.IpAddress;
import dev.weir.policy.RequestFacts;
import dev.weir.runtime.config.Mode;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Asks the rules of the revision in force. Without any revision policy-service is asked, once and briefly; without its
 * answer nothing passes.
 */
final class Authorise implements Phase.Later {
    private final PolicyReplica replica;
    private final RevisionName revision = new RevisionName();

    Authorise(PolicyReplica replica) {
        this.replica = replica;
    }

    @Override
    public Stage stage() {
        return Stage.AUTHORISE;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        RequestFacts facts = facts(exchange);
        exchange.facts(facts);
        Optional<ActiveRevision> active = replica.current();
        if (active.isEmpty()) {
            return replica.consult(facts).map(said -> PolicyWords.verdict(exchange, said, ""));
        }
        Verdict verdict =
                PolicyWords.verdict(exchange, active.get().policy().evaluate(facts), revision.of(active.get()));
        return verdict == Verdict.PROCEED ? Verdict.PROCEEDED : Future.succeededFuture(verdict);
    }

    private static RequestFacts facts(Exchange exchange) {
        ListenerContext listener = exchange.listener();
        // What Host says of a port leads a request nowhere on a reverse listener.
        int localPort = listener.mode() == Mode.REVERSE
                ? exchange.request().localAddress().port()
                : 0;
        return facts(listener, exchange.client(), exchange.canonical(), localPort);
    }

    /**
     * What the rules may look at.
     *
     * @param localPort where it came in; of no meaning on a forward listener
     */
    static RequestFacts facts(ListenerContext listener, InetAddress client, CanonicalRequest request, int localPort) {
        int port = request.authority().effectivePort(request.scheme().isEmpty() ? "https" : request.scheme());
        return new RequestFacts(
                listener.name(),
                listener.listenerDefault(),
                IpAddress.of(client),
                request.method(),
                request.authority().host(),
                true,
                port,
                listener.mode() == Mode.REVERSE ? localPort : port,
                PathReadings.of(request.path()));
    }
}
