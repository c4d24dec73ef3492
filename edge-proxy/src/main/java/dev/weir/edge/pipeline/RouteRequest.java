package dev.weir.edge.pipeline;

import dev.weir.edge.forward.DestinationResolver;
import dev.weir.edge.upstream.Destination;
import dev.weir.http.Authority;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.MaxForwards;
import dev.weir.http.PathReadings;
import dev.weir.runtime.config.ExchangeTimeouts;
import dev.weir.runtime.config.Mode;
import io.vertx.core.Future;

/**
 * Finds where the request goes: on a reverse listener the first route that matches; on a forward listener what the
 * client names, resolved once and checked, so that exactly the checked address is dialled.
 */
final class RouteRequest implements Phase.Later {
    private static final Verdict NO_ROUTE =
            new Verdict.Reply(LocalAnswer.error(404, "no-route", "destination_not_found"));

    private static final Verdict NOT_ONE_ROUTE =
            new Verdict.Reply(LocalAnswer.error(404, "route-ambiguous", "destination_not_found"));

    private static final Verdict NOT_ONE_PATH = new Verdict.Reply(LocalAnswer.denied(400, "path-ambiguous"));

    /** What a request for the server as a whole is routed by. */
    static final PathReadings ROOT = PathReadings.of("/");

    /** The request may go no further: the answer tells of this proxy (RFC 9110 §7.6.2). */
    private static final Verdict OPTIONS_OF_OURS = new Verdict.Reply(LocalAnswer.options());

    /** What was fetched from a resolved name is shared among all who name it; never with a configured upstream. */
    static final String FORWARD_ZONE = "origin";

    private final RouteTable routes;
    private final DestinationResolver resolver;
    private final ExchangeTimeouts forwardTimeouts;

    RouteRequest(RouteTable routes, DestinationResolver resolver, ExchangeTimeouts forwardTimeouts) {
        this.routes = routes;
        this.resolver = resolver;
        this.forwardTimeouts = forwardTimeouts;
    }

    @Override
    public Stage stage() {
        return Stage.ROUTE;
    }

    @Override
    public Future<Verdict> run(Exchange exchange) {
        CanonicalRequest request = exchange.canonical();
        if (MaxForwards.of(request.method(), request.fields()) instanceof MaxForwards.Last) {
            return Future.succeededFuture(OPTIONS_OF_OURS);
        }
        if (exchange.listener().mode() == Mode.FORWARD) {
            return resolve(exchange, request);
        }
        PathReadings path = request.path().equals("*") ? ROOT : exchange.facts().path();
        Routing routing = routes.find(request.authority().host(), path);
        if (routing instanceof Routing.Taken taken) {
            exchange.route(taken.route());
            return Verdict.PROCEEDED;
        }
        return Future.succeededFuture(
                routing instanceof Routing.Refused
                        ? NOT_ONE_PATH
                        : routing instanceof Routing.Ambiguous ? NOT_ONE_ROUTE : NO_ROUTE);
    }

    private Future<Verdict> resolve(Exchange exchange, CanonicalRequest request) {
        boolean connect = request.form() == TargetForm.AUTHORITY;
        // A tunnel is dialled bare; its scheme only says which port is meant where none is named.
        String scheme = connect ? "https" : request.scheme();
        Authority authority = request.authority();
        Future<Destination.Dialled> resolved = resolver.resolve(
                scheme, authority.host(), authority.effectivePort(scheme), connect, forwardTimeouts.resolve());
        return resolved.map(destination -> {
            exchange.route(new Route(
                    destination, connect ? "" : FORWARD_ZONE, "forward", false, true, "HTTP/1.1", forwardTimeouts));
            return Verdict.PROCEED;
        });
    }
}
