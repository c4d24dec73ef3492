package dev.weir.console;

import dev.weir.settings.HostPort;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;

/**
 * Who may do what. On loopback reading needs nothing; elsewhere, and for any change, the token is needed. Only POST, PUT
 * and DELETE change anything. On loopback the Host must be this machine's, so that no foreign page reaches the port by a
 * name of its own (DNS rebinding); a request that carries an Origin must come from the console's own pages.
 */
final class Access {
    private static final Set<String> PROBES = Set.of("/livez", "/readyz", "/startupz", "/healthz");
    private static final String BEARER = "Bearer ";

    private final byte[] token;
    private final boolean loopback;

    Access(String token, HostPort address) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("admin token: empty (expected: one, as weir init makes it)");
        }
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.loopback = address.isLoopback();
    }

    /** Lets the request pass or answers it. */
    void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (loopback && !isThisMachine(request)) {
            Problems.answer(context, 421, "this port serves localhost only");
            return;
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !isOwn(origin, request)) {
            Problems.answer(context, 403, "requests of other sites are refused");
            return;
        }
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        boolean open = reads && (loopback || PROBES.contains(request.path()));
        if (open || hasToken(request)) {
            context.next();
            return;
        }
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"weir\"");
        Problems.answer(context, 401, "the admin token is needed: Authorization: Bearer TOKEN");
    }

    private boolean hasToken(HttpServerRequest request) {
        String given = request.getHeader("Authorization");
        return given != null
                && given.startsWith(BEARER)
                && MessageDigest.isEqual(
                        given.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8), token);
    }

    private static boolean isThisMachine(HttpServerRequest request) {
        return request.authority() != null && isLoopback(request.authority().host());
    }

    private static boolean isOwn(String origin, HttpServerRequest request) {
        return request.authority() != null
                && origin.toLowerCase(Locale.ROOT)
                        .equals("http://" + request.authority().toString().toLowerCase(Locale.ROOT));
    }

    /** Literals and {@code localhost} only: nothing is resolved here. */
    private static boolean isLoopback(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new HostPort(bare.toLowerCase(Locale.ROOT), 0).isLoopback();
    }
}
