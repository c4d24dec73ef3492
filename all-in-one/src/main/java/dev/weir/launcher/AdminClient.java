package dev.weir.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.JsonParser;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.codec.BodyCodec;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Talks to the admin port of a running Weir. Its methods block: for a command's own thread only. */
final class AdminClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int ANSWER_SECONDS = 30;

    private final Vertx vertx;
    private final WebClient client;
    private final AdminOptions options;
    private final URI admin;

    AdminClient(AdminOptions options) {
        this.options = options;
        this.admin = options.admin();
        boolean tls = "https".equals(admin.getScheme());
        int port = admin.getPort() >= 0 ? admin.getPort() : tls ? 443 : 80;
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(new FileSystemOptions().setFileCachingEnabled(false)));
        client = WebClient.create(
                vertx,
                new WebClientOptions()
                        .setDefaultHost(admin.getHost())
                        .setDefaultPort(port)
                        .setSsl(tls)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setFollowRedirects(false)
                        .setUserAgent("weir/" + WeirVersion.number()));
    }

    /** Reads; the query stands in the path. */
    HttpResponse<Buffer> get(String path) {
        return answered(await(request(HttpMethod.GET, path).send()));
    }

    /** Changes something. */
    HttpResponse<Buffer> post(String path, Buffer body, String type) {
        if (options.token().isEmpty()) {
            throw CommandFailure.usage("changing anything needs the admin token: --state DIR of the running Weir,"
                    + " or --token-file FILE");
        }
        return answered(await(
                request(HttpMethod.POST, path).putHeader("Content-Type", type).sendBuffer(body)));
    }

    /** Hands on JSON objects as they come, until the stream ends. */
    void stream(String path, Consumer<JsonObject> record) {
        JsonParser parser =
                JsonParser.newParser().objectValueMode().handler(event -> record.accept(event.objectValue()));
        HttpRequest<Void> request = request(HttpMethod.GET, path).as(BodyCodec.jsonStream(parser));
        try {
            require(request.send().await().statusCode(), null);
        } catch (Exception failure) { // Vert.x throws what the future failed with, checked or not
            throw unreachable(failure);
        }
    }

    private HttpRequest<Buffer> request(HttpMethod method, String path) {
        HttpRequest<Buffer> request = client.request(method, path);
        options.token().ifPresent(request::bearerTokenAuthentication);
        return request;
    }

    private <T> T await(Future<T> answer) {
        try {
            return answer.await(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw CommandFailure.atRunTime(admin + ": no answer within " + ANSWER_SECONDS + " s");
        } catch (Exception failure) { // Vert.x throws what the future failed with, checked or not
            throw unreachable(failure);
        }
    }

    private RuntimeException unreachable(Exception failure) {
        return failure instanceof CommandFailure said
                ? said
                : CommandFailure.atRunTime("no Weir answers at " + admin + ": " + failure.getMessage()
                        + " (another one: --admin URL, or --state DIR)");
    }

    private HttpResponse<Buffer> answered(HttpResponse<Buffer> response) {
        require(response.statusCode(), response.body());
        return response;
    }

    /** 400 and 422 say that what was sent is wrong, and come with the reason; those are the command's to show. */
    private void require(int status, @Nullable Buffer body) {
        if (status < 300 || status == 400 || status == 422) {
            return;
        }
        String said = body == null || body.length() > 2_000
                ? ""
                : ": " + body.toString().strip();
        if (status == 404 || status == 501) {
            throw CommandFailure.usage("the Weir at " + admin + " does not serve this" + said);
        }
        throw CommandFailure.atRunTime("the Weir at " + admin + " answered " + status + said);
    }

    /** Why something was refused: the detail of a problem in JSON, or what else was said. */
    static String reason(Buffer body) {
        try {
            JsonObject problem = body.toJsonObject();
            return problem.getString("detail", problem.encode());
        } catch (DecodeException | ClassCastException noProblem) {
            return body.toString().strip();
        }
    }

    @Override
    public void close() {
        vertx.close().onFailure(failure -> System.err.println("weir: " + failure));
    }
}
