package dev.weir.edge.pipeline;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.ForwardedFields;
import dev.weir.http.ForwardedFields.Hop;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.TrailerFields;
import dev.weir.http.ViaField;
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
            "x-host",
            "proxy-authorization",
            "proxy-connection",
            "http2-settings");

    /** Beside the fields that carry its address, by these a client, or a proxy before us, is told of. */
    private static final Set<String> CLIENT_TRACES = Set.of("from", "via", "cf-ipcountry", "fastly-client-ip");

    private IdentityFields() {}

    /** The fields for the origin: end-to-end ones, and what the listener's identity says of the way here. */
    static HeaderFields forOrigin(Exchange exchange, String viaName) {
        CanonicalRequest request = exchange.canonical();
        HeaderFields fields = HopByHop.strip(request.fields()).without(IdentityFields::overrides);
        return switch (exchange.listener().identity()) {
            case UNTOUCHED -> fields;
            case ANONYMOUS -> via(fields.without(IdentityFields::tracesClient), request, viaName);
            case DISCLOSE ->
                via(
                        ForwardedFields.disclose(
                                fields,
                                new Hop(
                                        exchange.peer(),
                                        request.scheme(),
                                        request.authority().toString()),
                                exchange.peerTrusted()),
                        request,
                        viaName);
        };
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
        return name.indexOf('_') >= 0 ? mimics(name.replace('_', '-')) : isOverride(name);
    }

    /** Gateways to CGI and its kin read an underscore as a hyphen: such a name says what the one with hyphens says. */
    private static boolean mimics(String hyphened) {
        return isOverride(hyphened)
                || tracesClient(hyphened)
                || HopByHop.isHopByHop(hyphened)
                || HopByHop.isProtected(hyphened);
    }

    private static boolean isOverride(String name) {
        char first = name.charAt(0);
        return (first == 'x' || first == 'X' || first == 'p' || first == 'P' || first == 'h' || first == 'H')
                && OVERRIDES.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean tracesClient(String name) {
        return ForwardedFields.namesClient(name) || CLIENT_TRACES.contains(name.toLowerCase(Locale.ROOT));
    }
}
