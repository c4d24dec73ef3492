package dev.weir.edge;

import static dev.weir.edge.RawHttp2.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge before an nginx that speaks HTTP/2 in clear text: an implementation that nobody here wrote. It leaves each
 * connection after ten streams. Skipped where there is no nginx with HTTP/2.
 */
class EdgeNginxOriginTest {
    private static final String FILE = "0123456789abcdef".repeat(20_000);
    private static final int PIECE = 16_000;

    @TempDir
    private Path directory;

    private final Origin behind = new Origin();
    private Process nginx;
    private EdgeRig edge;

    @BeforeEach
    void start() throws Exception {
        String program = program();
        behind.on("/up", peer -> peer.send(Origin.ok("", peer.body().length() + " taken")));
        int port = EdgeRig.freePort();
        Path prefix = Files.createDirectory(directory.resolve("nginx"));
        Files.writeString(Files.createDirectories(prefix.resolve("html")).resolve("file"), FILE);
        Path configuration =
                Files.writeString(prefix.resolve("nginx.conf"), """
                master_process off;
                daemon off;
                worker_processes 1;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen 127.0.0.1:%2$d http2;
                    keepalive_requests 10;
                    location / { root %1$s/html; }
                    location = /spoken { default_type text/plain; return 200 "$server_protocol $request_method"; }
                    location = /none { return 204; }
                    location = /teapot { return 418 "short and stout"; }
                    location = /up { proxy_pass http://127.0.0.1:%3$d; proxy_http_version 1.1; }
                  }
                }
                """.formatted(prefix, port, behind.port()));
        nginx = new ProcessBuilder(program, "-p", prefix.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(prefix.resolve("said").toFile())
                .start();
        EdgeRig.until(() -> isListening(port) || !nginx.isAlive());
        assertThat(nginx.isAlive()).as(() -> "nginx: " + said(prefix)).isTrue();
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site, cache: off }]
                upstreams: { site: { targets: ["http://127.0.0.1:%d"], protocol: http2 } }
                """.formatted(port));
    }

    @AfterEach
    void stop() throws Exception {
        if (edge != null) {
            edge.settles();
            edge.close();
        }
        if (nginx != null) {
            nginx.destroy();
            assertThat(nginx.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        behind.close();
    }

    private static String program() throws Exception {
        List<Path> places = Stream.concat(
                        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .toList();
        assumeTrue(!places.isEmpty(), "no nginx on this machine");
        String program = places.get(0).toString();
        Process asked =
                new ProcessBuilder(program, "-V").redirectErrorStream(true).start();
        String built = new String(asked.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assumeTrue(built.contains("http_v2_module"), "this nginx was built without HTTP/2");
        return program;
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String said(Path prefix) {
        try {
            return Files.readString(prefix.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String[] fields(String method, String path, String... more) {
        String[] pseudo = {":method", method, ":scheme", "http", ":authority", "site.test", ":path", path};
        String[] all = Arrays.copyOf(pseudo, pseudo.length + more.length);
        System.arraycopy(more, 0, all, pseudo.length, more.length);
        return all;
    }

    private String over1(String method, String path, String more) throws IOException {
        try (RawClient client = edge.client()) {
            return client.sends(method + " " + path + " HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n" + more)
                    .rest();
        }
    }

    @Test
    void itSpeaksHttp2() throws IOException {
        assertThat(over1("GET", "/spoken", "\r\n")).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nHTTP/2.0 GET");
        assertThat(over1("PATCH", "/spoken", "\r\n")).endsWith("\r\n\r\nHTTP/2.0 PATCH");
    }

    @Test
    void answersOfEveryFrameArriveWhole() throws IOException {
        String got = over1("GET", "/file", "\r\n");
        assertThat(got).startsWith("HTTP/1.1 200 ");
        assertThat(got.substring(got.indexOf("\r\n\r\n") + 4)).isEqualTo(FILE);
        String tag = got.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("etag: "))
                .map(line -> line.substring(6))
                .findFirst()
                .orElseThrow();
        assertThat(over1("HEAD", "/file", "\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("\r\ncontent-length: " + FILE.length() + "\r\n")
                .endsWith("\r\n\r\n");
        assertThat(over1("GET", "/file", "If-None-Match: " + tag + "\r\n\r\n"))
                .startsWith("HTTP/1.1 304 ")
                .endsWith("\r\n\r\n");
        assertThat(over1("GET", "/file", "Range: bytes=10-17\r\n\r\n"))
                .startsWith("HTTP/1.1 206 ")
                .endsWith("\r\n\r\nabcdef01");
        assertThat(over1("GET", "/none", "\r\n")).startsWith("HTTP/1.1 204 ").endsWith("\r\n\r\n");
        assertThat(over1("GET", "/teapot", "\r\n")).startsWith("HTTP/1.1 418 ").endsWith("short and stout");
        assertThat(over1("GET", "/missing", "\r\n")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void uploadsArriveWhole() throws IOException {
        String content = "x".repeat(20 * PIECE);
        assertThat(over1("POST", "/up", "Content-Length: " + content.length() + "\r\n\r\n" + content))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + content.length() + " taken");
        assertThat(over1("POST", "/up", "Content-Length: 0\r\n\r\n")).endsWith("\r\n\r\n0 taken");
        assertThat(over1("POST", "/up", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\n...\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith(" taken");
        assertThat(over1("POST", "/up", "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"))
                .startsWith("HTTP/1.1 100 ")
                .endsWith("\r\n\r\n5 taken");
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            int stream = client.open(fields("POST", "/up", "content-length", Integer.toString(3 * PIECE)));
            for (int i = 0; i < 3; i++) {
                client.data(stream, "x".repeat(PIECE), 0);
            }
            client.settles();
            client.data(stream, "", END_STREAM);
            assertThat(client.outcome(stream)).isEqualTo("200");
            assertThat(client.stream(stream).content()).isEqualTo(3 * PIECE + " taken");
        }
    }

    /** So many at once that each meets one GOAWAY at the most. */
    @Test
    void noneIsLostToItsGoAways() throws IOException {
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            for (int round = 0; round < 12; round++) {
                List<Integer> open = new ArrayList<>();
                for (int i = 0; i < 9; i++) {
                    open.add(client.request(fields("GET", i % 4 == 0 ? "/file" : "/spoken")));
                }
                for (int stream : open) {
                    assertThat(client.outcome(stream)).isEqualTo("200");
                    assertThat(client.stream(stream).content()).isIn(FILE, "HTTP/2.0 GET");
                }
            }
        }
        for (int i = 0; i < 30; i++) {
            assertThat(over1("GET", "/spoken", "\r\n")).endsWith("HTTP/2.0 GET");
        }
    }
}
