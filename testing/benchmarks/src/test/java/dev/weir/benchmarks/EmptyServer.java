package dev.weir.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** An HTTP server on Vert.x that does nothing: what a process of this kind costs at least. Takes its port. */
public final class EmptyServer {
    private EmptyServer() {}

    /** Serves until a signal ends it. */
    public static void main(String[] arguments) {
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true))
                .createHttpServer()
                .requestHandler(request ->
                        request.response().end("empty\n").onFailure(gone -> System.err.println("gone: " + gone)))
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .onFailure(failure -> {
                    System.err.println(failure);
                    System.exit(1);
                });
    }
}
