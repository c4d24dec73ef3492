package dev.weir.edge.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Origins that are servers of Vert.x. */
final class VertxOrigin {
    private final Vertx vertx = Vertx.vertx();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();

    HttpServer serve(HttpServerOptions options, Consumer<HttpServerRequest> answer) throws Exception {
        int port;
        try (ServerSocket free = ScriptedOrigin.bind()) {
            port = free.getLocalPort();
        }
        return vertx.createHttpServer(options.setPort(port).setHost("127.0.0.1"))
                .requestHandler(request -> {
                    connections.add(request.connection());
                    answer.accept(request);
                })
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    static TargetSpec target(HttpServer server) {
        return new TargetSpec("http", "127.0.0.1", server.actualPort());
    }

    /** How many brought a request. */
    int connections() {
        return connections.size();
    }

    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
