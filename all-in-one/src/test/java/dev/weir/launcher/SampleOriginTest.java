package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SampleOriginTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static WebClient client;

    @BeforeAll
    static void start() throws Exception {
        int port = SampleOrigin.start(VERTX, 0).await(10, TimeUnit.SECONDS).actualPort();
        client = WebClient.create(
                VERTX, new WebClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(port));
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        VERTX.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void itsPageMayBeStoredAndValidated() throws Exception {
        HttpResponse<Buffer> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.getHeader("cache-control")).isEqualTo("max-age=60");
        HttpResponse<Buffer> unchanged = client.get("/")
                .putHeader("If-None-Match", page.getHeader("etag"))
                .send()
                .await(10, TimeUnit.SECONDS);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        HttpResponse<Buffer> head = client.request(HttpMethod.HEAD, "/").send().await(10, TimeUnit.SECONDS);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isNull();
    }

    @Test
    void echoesTheRequestAsItArrived() throws Exception {
        HttpResponse<Buffer> echo = client.post("/echo?a=1&b=%2F")
                .putHeader("X-Two", "Words")
                .sendBuffer(Buffer.buffer("the body"))
                .await(10, TimeUnit.SECONDS);
        assertThat(echo.getHeader("cache-control")).isEqualTo("no-store");
        assertThat(echo.bodyAsString())
                .startsWith("POST /echo?a=1&b=%2F HTTP/1.1\r\n")
                .contains("X-Two: Words\r\n")
                .endsWith("\r\n\r\nthe body");
    }

    @Test
    void givesABodyOfTheSizeAskedFor() throws Exception {
        assertThat(get("/large?bytes=3000001").body().length()).isEqualTo(3_000_001);
        assertThat(get("/large?bytes=0").statusCode()).isEqualTo(200);
    }

    @Test
    void knowsNoOtherPage() throws Exception {
        assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
        assertThat(get("/slow?ms=1").bodyAsString()).isEqualTo("after 1 ms\n");
    }

    private static HttpResponse<Buffer> get(String path) throws Exception {
        return client.get(path).send().await(10, TimeUnit.SECONDS);
    }
}
