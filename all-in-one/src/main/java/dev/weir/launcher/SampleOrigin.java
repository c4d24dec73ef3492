package dev.weir.launcher;

import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A small origin to try Weir on, on a loopback port. Each request on its event loop; nothing kept between them.
 *
 * <p>{@code /} is a cacheable page; {@code /echo} the request as it arrived; {@code /slow?ms=500} an answer after a
 * while; {@code /large?bytes=1000000} a cacheable body of that size.
 */
final class SampleOrigin {
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Weir</title></head>
            <body><h1>It flows</h1>
            <p>This page comes from Weir's sample origin. It may be stored for a minute: ask again, and
            <code>Cache-Status</code> says that the cache answered.</p>
            <p><a href="/echo">/echo</a>: the request as it reached the origin.
            <a href="/slow?ms=500">/slow</a>: an answer after a while.
            <a href="/large?bytes=1000000">/large</a>: a body of that size.</p>
            </body></html>
            """;
    private static final String PAGE_TAG = "\"" + Integer.toHexString(PAGE.hashCode()) + "\"";
    private static final int ECHO_BODY_LIMIT = 1 << 20;
    private static final long SLOWEST_MILLIS = 30_000;
    private static final long LARGEST_BYTES = 10L << 30;
    private static final Buffer BLOCK = Buffer.buffer(new byte[16 << 10]);

    private final Vertx vertx;

    private SampleOrigin(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Listens on 127.0.0.1; port 0 is any free one. */
    static Future<HttpServer> start(Vertx vertx, int port) {
        return start(vertx, new HostPort("127.0.0.1", port));
    }

    /** Listens on an address. */
    static Future<HttpServer> start(Vertx vertx, HostPort address) {
        HttpServerOptions options = new HttpServerOptions().setIdleTimeout(75).setIdleTimeoutUnit(TimeUnit.SECONDS);
        return vertx.createHttpServer(options)
                .requestHandler(new SampleOrigin(vertx)::answer)
                .listen(address.port(), address.host());
    }

    private void answer(HttpServerRequest request) {
        request.exceptionHandler(gone -> {}); // a client that leaves is no news here
        request.response().exceptionHandler(gone -> {});
        switch (request.path() == null ? "" : request.path()) {
            case "/" -> page(request);
            case "/echo" -> echo(request);
            case "/slow" -> slow(request);
            case "/large" -> large(request);
            default -> text(request.response().setStatusCode(404), "no such page here\n");
        }
    }

    private static void page(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CACHE_CONTROL, "max-age=60").putHeader(HttpHeaders.ETAG, PAGE_TAG);
        String held = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (held != null && (held.equals("*") || held.contains(PAGE_TAG))) {
            finish(response.setStatusCode(304), Buffer.buffer());
            return;
        }
        finish(response.putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8"), Buffer.buffer(PAGE));
    }

    private static void echo(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Buffer arrived = Buffer.buffer(request.method() + " " + request.uri() + " "
                + request.version().alpnName().toUpperCase(java.util.Locale.ROOT) + "\r\n");
        request.headers().forEach(field -> arrived.appendString(field.getKey() + ": " + field.getValue() + "\r\n"));
        arrived.appendString("\r\n");
        int head = arrived.length();
        request.handler(chunk -> {
            int room = head + ECHO_BODY_LIMIT - arrived.length();
            arrived.appendBuffer(chunk, 0, Math.min(chunk.length(), Math.max(room, 0)));
        });
        request.endHandler(end -> {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
            finish(response, arrived);
        });
    }

    private void slow(HttpServerRequest request) {
        long millis = Math.min(Math.max(number(request, "ms", 1_000), 1), SLOWEST_MILLIS);
        vertx.setTimer(
                millis,
                fired -> text(
                        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store"),
                        "after " + millis + " ms\n"));
    }

    private static void large(HttpServerRequest request) {
        long bytes = Math.min(Math.max(number(request, "bytes", 1_000_000), 0), LARGEST_BYTES);
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=60")
                .putHeader(HttpHeaders.ETAG, "\"" + bytes + "\"")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(bytes));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end().onFailure(gone -> {});
        } else {
            writeZeros(response, bytes);
        }
    }

    /** As fast as they are taken, never more than the response's own queue. */
    private static void writeZeros(HttpServerResponse response, long remaining) {
        long left = remaining;
        while (left > 0 && !response.writeQueueFull() && !response.closed()) {
            Buffer block = left < BLOCK.length() ? BLOCK.slice(0, (int) left) : BLOCK;
            response.write(block).onFailure(gone -> {});
            left -= block.length();
        }
        if (left == 0) {
            response.end().onFailure(gone -> {});
        } else if (!response.closed()) {
            long rest = left;
            response.drainHandler(drained -> writeZeros(response, rest));
        }
    }

    private static long number(HttpServerRequest request, String name, long otherwise) {
        String text = request.getParam(name);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException notANumber) {
            return otherwise;
        }
    }

    private static void text(HttpServerResponse response, String text) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        finish(response, Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void finish(HttpServerResponse response, Buffer body) {
        if (!response.ended() && !response.closed()) {
            response.end(body).onFailure(gone -> {});
        }
    }
}
