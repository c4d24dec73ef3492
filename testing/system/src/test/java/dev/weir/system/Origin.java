package dev.weir.system;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An origin that remembers what reached it.
 *
 * <p>{@code /cache/…} may be stored for an hour, {@code /private/…} by the client only, {@code /vary/…} belongs to the
 * request's X-Kind, {@code /sized?seed=S&bytes=N} is a long chunked body, {@code /hash}
 * answers with the hash of what it was sent, {@code /slow} takes its time, {@code /socket} echoes WebSocket messages;
 * everything else is answered with a body of its own, not to be stored.
 */
final class Origin implements AutoCloseable {
    private static final int SLOW_MILLIS = 300;

    private final Vertx vertx;
    private final Map<String, AtomicInteger> fetches = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> ids = new ConcurrentHashMap<>();
    private final HttpServer server;

    Origin(Vertx vertx) throws Exception {
        this.vertx = vertx;
        HttpServerOptions options = new HttpServerOptions().setIdleTimeout(120).setIdleTimeoutUnit(TimeUnit.SECONDS);
        this.server = vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .webSocketHandler(Origin::echo)
                .listen(FreePorts.next(), "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    Address address() {
        return Address.loopback(server.actualPort());
    }

    /** How often a path was asked for. */
    int fetches(String path) {
        return fetches.getOrDefault(path, new AtomicInteger()).get();
    }

    /** How often a request with that X-Request-Id arrived. */
    int arrivals(String id) {
        return ids.getOrDefault(id, new AtomicInteger()).get();
    }

    /** How many requests arrived in all. */
    int requests() {
        return fetches.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        request.exceptionHandler(gone -> {}); // a client that leaves is no news here
        response.exceptionHandler(gone -> {});
        String path = String.valueOf(request.path());
        fetches.computeIfAbsent(path, made -> new AtomicInteger()).incrementAndGet();
        String id = request.getHeader("X-Request-Id");
        if (id != null) {
            ids.computeIfAbsent(id, made -> new AtomicInteger()).incrementAndGet();
        }
        response.putHeader("Cache-Control", cacheControl(path));
        response.putHeader("Content-Type", "application/octet-stream");
        switch (path) {
            case "/sized" -> {
                response.setChunked(true);
                write(response, new Bodies.Stream(number(request, "seed"), number(request, "bytes")));
            }
            case "/hash" -> hash(request, response);
            case "/slow" -> vertx.setTimer(SLOW_MILLIS, fired -> end(response, Bodies.of(path)));
            default -> {
                if (path.startsWith("/vary/")) {
                    response.putHeader("Vary", "X-Kind");
                    end(response, Bodies.of(path + request.getHeader("X-Kind")));
                } else {
                    end(response, Bodies.of(path));
                }
            }
        }
    }

    private static String cacheControl(String path) {
        if (path.startsWith("/cache/") || path.startsWith("/vary/")) {
            return "max-age=3600";
        }
        return path.startsWith("/private/") ? "private, max-age=3600" : "no-store";
    }

    /** As fast as it is taken. */
    private static void write(HttpServerResponse response, Bodies.Stream body) {
        while (!body.isOver() && !response.writeQueueFull() && !response.closed()) {
            var unusedWrite = response.write(body.next());
        }
        if (body.isOver()) {
            var unusedEnd = response.end();
        } else if (!response.closed()) {
            response.drainHandler(drained -> write(response, body));
        }
    }

    private static void hash(HttpServerRequest request, HttpServerResponse response) {
        MessageDigest digest = Bodies.sha256();
        request.handler(piece -> digest.update(piece.getBytes()));
        request.endHandler(ended -> end(response, Buffer.buffer(HexFormat.of().formatHex(digest.digest()))));
    }

    private static void echo(ServerWebSocket socket) {
        socket.textMessageHandler(text -> socket.writeTextMessage("echo " + text));
        socket.binaryMessageHandler(socket::writeBinaryMessage);
    }

    private static void end(HttpServerResponse response, Buffer body) {
        if (!response.closed() && !response.ended()) {
            var unusedEnd = response.end(body);
        }
    }

    private static long number(HttpServerRequest request, String name) {
        return Long.parseLong(request.getParam(name));
    }

    @Override
    public void close() {
        var unusedClose = server.close();
    }
}
