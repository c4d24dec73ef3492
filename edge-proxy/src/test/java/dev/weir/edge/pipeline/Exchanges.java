package dev.weir.edge.pipeline;

import dev.weir.http.Authority;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.FieldLimits;
import dev.weir.http.Framing;
import dev.weir.http.HeaderFields;
import dev.weir.runtime.config.Identity;
import dev.weir.runtime.config.Mode;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Exchanges without a socket, for phases that don't touch one. */
final class Exchanges {
    private static final HttpServerRequest NO_SOCKET = (HttpServerRequest) Proxy.newProxyInstance(
            Exchanges.class.getClassLoader(), new Class<?>[] {HttpServerRequest.class}, (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
            });

    private Exchanges() {}

    /** Of a client at 192.0.2.1 that asks {@code GET http://site.test/a}. */
    static Exchange of(Identity identity, boolean showsDiagnostics, String... fields) {
        return of(identity, showsDiagnostics, false, fields);
    }

    /** The same through a peer that is trusted or not. */
    static Exchange of(Identity identity, boolean showsDiagnostics, boolean peerTrusted, String... fields) {
        Exchange exchange = new Exchange(
                "id-1",
                NO_SOCKET,
                listener(identity, showsDiagnostics, peerTrusted),
                address(192, 0, 2, 1),
                peerTrusted,
                0,
                0);
        exchange.canonical(new CanonicalRequest(
                "GET",
                "http",
                new Authority("site.test", Authority.NO_PORT),
                "/a",
                "",
                HeaderFields.of(fields),
                "HTTP/1.1",
                TargetForm.ORIGIN,
                Framing.NONE));
        return exchange;
    }

    static Exchange any() {
        return of(Identity.DISCLOSE, true, "Host", "site.test");
    }

    private static ListenerContext listener(Identity identity, boolean showsDiagnostics, boolean peerTrusted) {
        return new ListenerContext(
                "web",
                Mode.REVERSE,
                "http",
                true,
                identity,
                "",
                address -> peerTrusted && address.equals(address(192, 0, 2, 1)),
                address -> showsDiagnostics,
                new FieldLimits(100, 32 * 1024),
                1024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                (client, millis) -> client.getHostAddress());
    }

    static InetAddress address(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
