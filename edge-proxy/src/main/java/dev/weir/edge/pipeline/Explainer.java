package dev.weir.edge.pipeline;

import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.policy.ActiveRevision;
import dev.weir.edge.upstream.Destination;
import dev.weir.http.Authority;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.HeaderFields;
import dev.weir.http.PathReadings;
import dev.weir.http.RequestCheck;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.Verdict;
import dev.weir.runtime.config.ExchangeTimeouts;
import dev.weir.runtime.config.Mode;
import io.netty.util.NetUtil;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Says what this edge would make of a request that nobody makes: which listener, what the rules say, which route, which
 * key, and what is stored under it. The same functions decide as on a request's way. It changes nothing, and resolves no
 * names. Thread-safe.
 */
final class Explainer {
    /** Of nobody in particular: no rule has a reason to name it. */
    private static final byte[] UNSPECIFIED = new byte[4];

    private static final String CLIENT_UNKNOWN = "unknown";

    private final String node;
    private final List<Entrance> entrances;
    private final RouteTable routes;
    private final Supplier<Optional<ActiveRevision>> revision;
    private final EdgeCache cache;
    private final InstantSource clock;
    private final Route forward;

    /**
     * A listener and where it listens.
     *
     * @param listener what its configuration means
     * @param port its own
     */
    record Entrance(ListenerContext listener, int port) {}

    private record Chosen(Entrance entrance, String why) {}

    Explainer(
            String node,
            List<Entrance> entrances,
            RouteTable routes,
            Supplier<Optional<ActiveRevision>> revision,
            EdgeCache cache,
            ExchangeTimeouts forwardTimeouts,
            InstantSource clock) {
        this.node = node;
        this.entrances = List.copyOf(entrances);
        this.routes = routes;
        this.revision = revision;
        this.cache = cache;
        this.clock = clock;
        this.forward = new Route(
                new Destination.Group("forward"),
                RouteRequest.FORWARD_ZONE,
                "forward",
                false,
                true,
                "HTTP/1.1",
                forwardTimeouts);
    }

    /** What there is to say; {@code problem} alone if the question can't be answered. */
    JsonObject explain(ExplainRequest asked) {
        JsonObject said = new JsonObject().put("edge", node);
        Optional<Authority> authority = authority(asked.url());
        if (authority.isEmpty()) {
            return said.put("problem", "url: '" + asked.url() + "' (expected: http://host/… or https://host/…)");
        }
        String scheme = asked.url().startsWith("https:") ? "https" : "http";
        Optional<Chosen> chosen = choose(asked, scheme, authority.get());
        if (chosen.isEmpty()) {
            return said.put("problem", noListener(asked.listener()));
        }
        ListenerContext listener = chosen.get().entrance().listener();
        HeaderFields fields = asked.fields().without(name -> name.equalsIgnoreCase("Host")).toBuilder()
                .add("Host", authority.get().toString())
                .build();
        RequestCheck check =
                RequestCheck.http1(asked.method(), asked.url(), "HTTP/1.1", scheme, fields, listener.fieldLimits());
        if (check instanceof RequestCheck.Refused refused) {
            return said.put(
                    "problem",
                    "such a request is refused with " + refused.status() + ": "
                            + refused.reason().token());
        }
        CanonicalRequest request = ((RequestCheck.Accepted) check).request();
        Optional<InetAddress> client = client(asked.client());
        if (client.isEmpty()) {
            return said.put("problem", "client: '" + asked.client() + "' (expected: an IP address)");
        }
        said.put("request", new JsonObject().put("method", request.method()).put("uri", request.uri()))
                .put(
                        "listener",
                        new JsonObject()
                                .put("name", listener.name())
                                .put("mode", listener.mode().word())
                                .put("chosen", chosen.get().why()))
                .put("client", asked.client().isEmpty() ? CLIENT_UNKNOWN : asked.client());
        RequestFacts facts = Authorise.facts(
                listener, client.get(), request, chosen.get().entrance().port());
        said.put("rules", rules(facts));
        follow(said, listener, request, facts);
        return said;
    }

    /** From the route on. */
    private void follow(JsonObject said, ListenerContext listener, CanonicalRequest request, RequestFacts facts) {
        Routing routing = route(listener, request, facts);
        if (!(routing instanceof Routing.Taken taken)) {
            said.put("route", new JsonObject().put("none", none(routing)));
            return;
        }
        Route route = taken.route();
        said.put("route", new JsonObject().put("upstream", route.name()).put("cache", route.cache()));
        String zone = route.zone(IdentityFields.unkeyed(listener, false, request));
        if (!route.cache() || zone.isEmpty()) {
            said.put("cache", CacheView.passedBy("route"));
            return;
        }
        CacheRule rule = cache.rules().of(request.authority().host(), facts.path());
        CacheKey key = rule.key(zone, request);
        said.put("zone", key.zone()).put("key", key.toString());
        if (!rule.isNone()) {
            said.put("cache_rule", rule.name());
        }
        said.put(
                "cache",
                CacheView.of(request, cache.inspect(key, request.method(), request.fields()), rule, clock.instant()));
    }

    private Routing route(ListenerContext listener, CanonicalRequest request, RequestFacts facts) {
        if (listener.mode() == Mode.FORWARD) {
            return new Routing.Taken(forward);
        }
        PathReadings path = request.path().equals("*") ? RouteRequest.ROOT : facts.path();
        return routes.find(request.authority().host(), path);
    }

    private JsonObject rules(RequestFacts facts) {
        Optional<ActiveRevision> active = revision.get();
        if (active.isEmpty()) {
            return new JsonObject().put("verdict", CLIENT_UNKNOWN).put("revision", "none");
        }
        Verdict verdict = active.get().policy().evaluate(facts);
        JsonObject said = new JsonObject()
                .put("verdict", word(verdict))
                .put("rule", verdict.reason().rule())
                .put("revision", active.get().pair().toString());
        if (!verdict.reason().list().isEmpty()) {
            said.put("list", verdict.reason().list())
                    .put("entry", verdict.reason().entry());
        }
        if (verdict instanceof Verdict.Deny deny) {
            said.put("status", deny.status());
        } else if (verdict instanceof Verdict.Redirect redirect) {
            said.put("status", redirect.status()).put("to", redirect.to());
        }
        return said;
    }

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.Deny) {
            return "deny";
        }
        return verdict instanceof Verdict.Redirect
                ? "redirect"
                : verdict instanceof Verdict.AwaitResponse ? "depends-on-answer" : "allow";
    }

    private static String none(Routing routing) {
        return routing instanceof Routing.Refused
                ? "path-ambiguous"
                : routing instanceof Routing.Ambiguous ? "route-ambiguous" : "no-route";
    }

    /** The listener that is named; else the one on the URL's port, else of its scheme: with a route for it, if any has. */
    private Optional<Chosen> choose(ExplainRequest asked, String scheme, Authority authority) {
        if (!asked.listener().isEmpty()) {
            return entrances.stream()
                    .filter(each -> each.listener().name().equals(asked.listener()))
                    .findFirst()
                    .map(named -> new Chosen(named, "named"));
        }
        int port = authority.effectivePort(scheme);
        Optional<Chosen> own = entrances.stream()
                .filter(each -> isReverse(each, scheme) && each.port() == port)
                .findFirst()
                .map(each -> new Chosen(each, "its port is the URL's"));
        if (own.isPresent()) {
            return own;
        }
        boolean routed = !(routes.find(authority.host(), RouteRequest.ROOT) instanceof Routing.None);
        Optional<Chosen> reverse = entrances.stream()
                .filter(each -> isReverse(each, scheme))
                .findFirst()
                .map(each -> new Chosen(each, "the first reverse listener for " + scheme));
        if (routed && reverse.isPresent()) {
            return reverse;
        }
        return entrances.stream()
                .filter(each -> each.listener().mode() == Mode.FORWARD)
                .findFirst()
                .map(each -> new Chosen(each, "the first forward listener"))
                .or(() -> reverse)
                .or(() -> entrances.stream().findFirst().map(each -> new Chosen(each, "the first listener")));
    }

    private static boolean isReverse(Entrance entrance, String scheme) {
        return entrance.listener().mode() == Mode.REVERSE
                && entrance.listener().scheme().equals(scheme);
    }

    private String noListener(String name) {
        List<String> names =
                entrances.stream().map(each -> each.listener().name()).toList();
        return "listener: '" + name + "' (expected: one of " + String.join(", ", names) + ")";
    }

    private static Optional<Authority> authority(String url) {
        int from = url.startsWith("http://") ? 7 : url.startsWith("https://") ? 8 : -1;
        if (from < 0) {
            return Optional.empty();
        }
        int end = from;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        return Authority.parse(url.substring(from, end));
    }

    /** The address that is given, or one that stands for anybody's; empty if it is none. */
    private static Optional<InetAddress> client(String given) {
        byte[] address = given.isEmpty() ? UNSPECIFIED : NetUtil.createByteArrayFromIpAddressString(given);
        if (address == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
