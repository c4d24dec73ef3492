package dev.weir.system;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A client that keeps connections, sends each request once and never repairs anything: what it did not get whole is a
 * failure.
 */
final class Client implements AutoCloseable {
    /** The site that all edges stand in front of, so that they share what is stored. */
    static final String SITE = "site.test";

    private static final long WAIT_SECONDS = 30;

    private final HttpClient http;

    Client(Vertx vertx) {
        this(vertx, 16);
    }

    /** With so many connections to each edge. */
    Client(Vertx vertx, int connections) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(5_000)
                .setKeepAliveTimeout(30)
                .setReadIdleTimeout((int) WAIT_SECONDS);
        this.http = vertx.createHttpClient(
                options, new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(10_000));
    }

    Answer get(Address edge, String path) throws Exception {
        return get(edge, path, Map.of());
    }

    Answer get(Address edge, String path, Map<String, String> fields) throws Exception {
        return send(edge, HttpMethod.GET, path, fields, Buffer.buffer()).await(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    /** One request for the site, by way of that edge. */
    Future<Answer> send(Address edge, HttpMethod method, String path, Map<String, String> fields, Buffer body) {
        return http.request(options(edge, method, path, fields))
                .compose(request -> request.send(body))
                .compose(response ->
                        response.body().map(whole -> new Answer(response.statusCode(), response.headers(), whole)));
    }

    /** Sends a long body and answers with the answer. */
    Answer upload(Address edge, String path, Bodies.Stream body) throws Exception {
        return http.request(options(edge, HttpMethod.POST, path, Map.of()))
                .compose(request -> {
                    request.setChunked(true);
                    write(request, body);
                    return request.response();
                })
                .compose(response ->
                        response.body().map(whole -> new Answer(response.statusCode(), response.headers(), whole)))
                .await(120, TimeUnit.SECONDS);
    }

    private static void write(HttpClientRequest request, Bodies.Stream body) {
        while (!body.isOver() && !request.writeQueueFull()) {
            var unusedWrite = request.write(body.next());
        }
        if (body.isOver()) {
            var unusedEnd = request.end();
        } else {
            request.drainHandler(drained -> write(request, body));
        }
    }

    private static RequestOptions options(Address edge, HttpMethod method, String path, Map<String, String> fields) {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(edge.port(), edge.host()))
                .setHost(SITE)
                .setPort(80)
                .setMethod(method)
                .setURI(path)
                .setIdleTimeout(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
        fields.forEach(options::putHeader);
        return options;
    }

    @Override
    public void close() {
        var unusedClose = http.close();
    }
}
