package dev.weir.runtime.health;

import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/** The port for probes and Prometheus: reads only, asks for nothing. */
public final class HealthServer {
    private final HttpServer server;
    private final HealthRoutes routes;

    private HealthServer(Vertx vertx, HealthRoutes routes) {
        this.routes = routes;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxInitialLineLength(1024)
                        .setMaxHeaderSize(8 * 1024)
                        .setIdleTimeout(30))
                .requestHandler(this::answer);
    }

    /** Opens the port. */
    public static Future<HealthServer> open(Vertx vertx, HostPort address, HealthRoutes routes) {
        HealthServer health = new HealthServer(vertx, routes);
        return health.server.listen(address.port(), address.host()).map(listening -> health);
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Closes the port. */
    public Future<Void> close() {
        return server.close();
    }

    private void answer(HttpServerRequest request) {
        HttpMethod method = request.method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            request.response().putHeader("allow", "GET, HEAD");
            send(request, new HealthRoutes.Answer(405, "text/plain", "only GET and HEAD\n"));
            return;
        }
        send(request, routes.answer(request.path()).orElse(new HealthRoutes.Answer(404, "text/plain", "not here\n")));
    }

    private static void send(HttpServerRequest request, HealthRoutes.Answer answer) {
        // A client that is gone needs no answer.
        request.response()
                .setStatusCode(answer.status())
                .putHeader("content-type", answer.contentType())
                .putHeader("cache-control", "no-store")
                .end(answer.body())
                .onFailure(gone -> {});
    }
}
