package dev.weir.edge.pipeline;

import dev.weir.http.Authority;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CdnLoop;
import dev.weir.http.ForwardedFields;
import dev.weir.http.ForwardedFields.Hop;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.MaxForwards;
import dev.weir.http.TrailerFields;
import dev.weir.http.ViaField;
import dev.weir.runtime.config.Mode;
import java.util.Locale;
import java.util.Set;

/** What a request says of client and proxy when it leaves: one function for all identities. */
final class IdentityFields {
    /** By these a request could mean something else to the origin than to rules and cache key. */
    private static final Set<String> OVERRIDES = Set.of(
            "x-original-url",
            "x-rewrite-url",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-forwarded-prefix",
            "x-forwarded-server",
            "x-forwarded-port",
            "x-forwarded-scheme",
            "x-forwarded-protocol",
            "x-forwarded-ssl",
            "x-forwarded-path",
            "x-forwarded-uri",
            "x-forwarded-method",
            "x-original-method",
            "x-http-host-override",
            "x-http-destinationurl",
            "x-http-path-override",
            "x-url-scheme",
            "x-override-url",
            "x-original-uri",
            "x-request-uri",
            "x-proxy-url",
            "x-script-name",
            "x-envoy-original-path",
            "x-envoy-original-host",
            "x-forwarded-request-uri",
            "x-invoke-path",
            "x-invoke-query",
            "x-invoke-status",
            "x-middleware-subrequest",
            "front-end-https",
            "base-url",
            "request-uri",
            "x-backend-host",
            "x-host",
            "weir-debug",
            "proxy-authorization",
            "proxy-connection",
            "http2-settings");

    /** Beside the fields that carry its address, by these a client, or a proxy before us, is told of. */
    private static final Set<String> CLIENT_TRACES = Set.of("from", "via");

    private IdentityFields() {}

    /** The fields for the origin: end-to-end ones, and what the listener's identity says of the way here. */
    static HeaderFields forOrigin(Exchange exchange, String viaName) {
        CanonicalRequest request = exchange.canonical();
        HeaderFields fields = countedDown(
                request, HopByHop.strip(request.fields()).without(name -> overrides(name) || isDeaf(request, name)));
        return switch (exchange.listener().identity()) {
            case UNTOUCHED -> looped(fields, network(exchange, ""));
            case ANONYMOUS ->
                via(looped(fields.without(IdentityFields::tracesClient), network(exchange, "")), request, viaName);
            case DISCLOSE -> via(looped(disclosed(exchange, fields), network(exchange, viaName)), request, viaName);
        };
    }

    /**
     * By which name a request says where it has been (RFC 8586): the network that the listener is part of, or ours where
     * another network is on the way, which might take Via off. Empty for none.
     */
    private static String network(Exchange exchange, String ours) {
        String configured = exchange.listener().cdnLoop();
        boolean joins = configured.isEmpty()
                && exchange.listener().mode() == Mode.REVERSE
                && exchange.canonical().fields().contains(CdnLoop.NAME);
        return joins ? ours : configured;
    }

    private static HeaderFields looped(HeaderFields fields, String network) {
        if (network.isEmpty()) {
            return fields;
        }
        HeaderFields.Builder builder = fields.toBuilder();
        builder.add(CdnLoop.NAME, network);
        return builder.build();
    }

    /** An expectation of a client that knows no interim answers is ignored (RFC 9110 §10.1.1). */
    private static boolean isDeaf(CanonicalRequest request, String name) {
        return name.length() == 6
                && name.equalsIgnoreCase("expect")
                && request.protocol().equals("HTTP/1.0");
    }

    private static HeaderFields disclosed(Exchange exchange, HeaderFields fields) {
        CanonicalRequest request = exchange.canonical();
        Hop hop = new Hop(
                exchange.peer(),
                exchange.client(),
                request.scheme(),
                request.authority().toString());
        return ForwardedFields.disclose(fields, hop, exchange.peerTrusted());
    }

    /** An OPTIONS that may pass one intermediary less from here on (RFC 9110 §7.6.2). */
    private static HeaderFields countedDown(CanonicalRequest request, HeaderFields fields) {
        if (MaxForwards.of(request.method(), fields) instanceof MaxForwards.Onward onward) {
            HeaderFields.Builder builder = fields.toBuilder();
            builder.set(MaxForwards.NAME, Integer.toString(onward.after()));
            return builder.build();
        }
        return fields;
    }

    /**
     * What the origin is told of scheme and host that the cache key lacks: an answer to it is for those alone who tell
     * the same. Empty if there is nothing.
     */
    static String unkeyed(Exchange exchange) {
        return unkeyed(exchange.listener(), exchange.peerTrusted(), exchange.canonical());
    }

    static String unkeyed(ListenerContext listener, boolean peerTrusted, CanonicalRequest request) {
        boolean passes = switch (listener.identity()) {
            case ANONYMOUS -> false;
            case DISCLOSE -> peerTrusted;
            case UNTOUCHED -> true;
        };
        String other =
                passes ? ForwardedFields.otherTarget(request.fields(), request.scheme(), request.authority()) : "";
        return isHostPlain(request)
                ? other
                : other + "host=" + request.fields().first("Host").orElse("");
    }

    /**
     * Whether Host is written as the cache key has it: lower case, without the default port. It goes to the origin as it
     * came, and some answer another spelling by an error or a redirect.
     */
    private static boolean isHostPlain(CanonicalRequest request) {
        Authority authority = request.authority();
        return authority.port() != Authority.defaultPort(request.scheme())
                && request.fields().first("Host").orElse(authority.host()).startsWith(authority.host());
    }

    /** What may follow the content to the origin. */
    static HeaderFields trailers(HeaderFields trailers) {
        return trailers.isEmpty()
                ? trailers
                : HopByHop.strip(trailers)
                        .without(name -> overrides(name) || tracesClient(name) || TrailerFields.isForbidden(name));
    }

    private static HeaderFields via(HeaderFields fields, CanonicalRequest request, String viaName) {
        HeaderFields.Builder builder = fields.toBuilder();
        builder.add("Via", ViaField.member(request.protocol(), viaName));
        return builder.build();
    }

    private static boolean overrides(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (isReadAsHyphen(name.charAt(i))) {
                return mimics(hyphened(name));
            }
        }
        return isOverride(name);
    }

    private static boolean isReadAsHyphen(char c) {
        return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-');
    }

    private static String hyphened(String name) {
        StringBuilder hyphened = new StringBuilder(name);
        for (int i = 0; i < name.length(); i++) {
            if (isReadAsHyphen(name.charAt(i))) {
                hyphened.setCharAt(i, '-');
            }
        }
        return hyphened.toString();
    }

    /**
     * Gateways to CGI and its kin write every character of a name that is no letter or digit as an underscore: such a
     * name says what the one with hyphens says.
     */
    private static boolean mimics(String hyphened) {
        return isOverride(hyphened)
                || tracesClient(hyphened)
                || HopByHop.isHopByHop(hyphened)
                || HopByHop.isProtected(hyphened);
    }

    private static boolean isOverride(String name) {
        char first = name.charAt(0);
        return "bfhprwxBFHPRWX".indexOf(first) >= 0 && OVERRIDES.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean tracesClient(String name) {
        return ForwardedFields.namesClient(name) || CLIENT_TRACES.contains(name.toLowerCase(Locale.ROOT));
    }
}
