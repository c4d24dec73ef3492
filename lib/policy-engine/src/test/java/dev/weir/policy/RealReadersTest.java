package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The models in {@link OriginReader} against the programs themselves, where they are installed: each is sent random paths
 * and answers with what it took them for. A program that isn't installed is told and left out; CI installs all of them.
 * {@code testing/conformance/readings} sends them more paths.
 */
class RealReadersTest {
    private static final int PATHS = Integer.getInteger("weir.paths", 2_000);
    private static final long SEED = Long.getLong("weir.seed", 20_260_504L);

    private static final String NGINX = """
            daemon off; master_process off; pid DIR/pid; error_log stderr crit; worker_processes 1;
            events { worker_connections 64; }
            http {
              access_log off; keepalive_requests 10000000; default_type text/plain;
              client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c;
              uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
              server { listen 127.0.0.1:PORT; location / { return 200 "$uri"; } }
            }
            """;

    private static final String NODE = """
            const http = require('http');
            http.createServer((q, r) => {
              let body;
              try { body = Buffer.from(new URL(q.url, 'http://origin').pathname, 'latin1'); r.statusCode = 200; }
              catch (e) { body = Buffer.alloc(0); r.statusCode = 400; }
              r.setHeader('Content-Length', body.length);
              r.end(body);
            }).listen(PORT, '127.0.0.1');
            """;

    private static final String HTTP_SERVER = """
            import http.server
            class Handler(http.server.SimpleHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def __init__(self, *args):
                    super().__init__(*args, directory='')
                def do_GET(self):
                    named = self.translate_path(self.path)
                    body = ('/' + ('' if named == '/' else named)).encode('utf-8', 'surrogatepass')
                    self.wfile.write(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body)
                def log_message(self, *args):
                    pass
            http.server.HTTPServer(('127.0.0.1', PORT), Handler).serve_forever()
            """;

    private static final String H11 = """
            import h11, socket
            server = socket.create_server(('127.0.0.1', PORT))
            while True:
                client, _ = server.accept()
                connection = h11.Connection(h11.SERVER)
                while True:
                    event = connection.next_event()
                    if event is h11.NEED_DATA:
                        data = client.recv(65536)
                        if not data:
                            break
                        connection.receive_data(data)
                    elif isinstance(event, h11.Request):
                        target = event.target
                    elif isinstance(event, h11.EndOfMessage):
                        length = str(len(target)).encode()
                        answer = connection.send(h11.Response(status_code=200, headers=[('Content-Length', length)]))
                        answer += connection.send(h11.Data(data=target)) + connection.send(h11.EndOfMessage())
                        client.sendall(answer)
                        connection.start_next_cycle()
            """;

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();
    private int port;

    @BeforeEach
    void takePort() throws IOException {
        for (int tries = 0; port == 0; tries++) {
            try (ServerSocket server = new ServerSocket(20_000 + (int) (System.nanoTime() % 10_000), 1, loopback())) {
                port = server.getLocalPort();
            } catch (IOException taken) {
                assertThat(tries).isLessThan(100);
            }
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nginx() throws IOException {
        assumeInstalled("nginx", "/usr/sbin/nginx", "-v");
        Path configuration = write("nginx.conf", NGINX);
        start("/usr/sbin/nginx", "-p", directory.toString(), "-c", configuration.toString());
        compare(OriginReader.NGINX);
    }

    @Test
    void node() throws IOException {
        assumeInstalled("node", "node", "--version");
        start("node", write("origin.js", NODE).toString());
        compare(OriginReader.WHATWG);
    }

    @Test
    void httpServer() throws IOException {
        assumeInstalled("python3", "/usr/bin/python3", "--version");
        start("/usr/bin/python3", write("origin.py", HTTP_SERVER).toString());
        compare(OriginReader.HTTP_SERVER);
    }

    @Test
    void h11() throws IOException {
        assumeInstalled("h11", "/usr/bin/python3", "-c", "import h11");
        start("/usr/bin/python3", write("h11.py.origin", H11).toString());
        compare(OriginReader.RAW);
    }

    private void compare(OriginReader model) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int refused = 0;
        Socket socket = connect();
        try {
            for (int i = 0; i < PATHS; i++) {
                String path = OddPaths.next(random);
                Optional<String> read = ask(socket, path);
                boolean networkPath = path.matches("/[/\\\\].*") && model.equals(OriginReader.WHATWG);
                if (read.isEmpty()) {
                    refused++;
                    socket.close();
                    socket = connect();
                }
                if (read.isPresent() || !networkPath) {
                    assertThat(read).as("%s reads %s", model.name(), path).isEqualTo(model.reads(path));
                }
            }
        } finally {
            socket.close();
        }
        System.out.printf(
                Locale.ROOT,
                "figure: %s: %,d random paths read as its model reads them (%,d of them refused)%n",
                model.name(),
                PATHS,
                refused);
        assertThat(refused).isLessThan(PATHS / 2);
    }

    /** What the origin took the path for; empty if it answers other than 200. */
    private static Optional<String> ask(Socket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: origin\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            assertThat(octet).as("the end of %s, after %s", head, path).isGreaterThanOrEqualTo(0);
            head.append((char) octet);
        }
        if (!head.toString().startsWith("HTTP/1.1 200 ")) {
            return Optional.empty();
        }
        String fields = head.toString().toLowerCase(Locale.ROOT);
        int length = fields.indexOf("content-length:") + "content-length:".length();
        int octets = Integer.parseInt(
                fields.substring(length, fields.indexOf('\r', length)).trim());
        return Optional.of(new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1));
    }

    private Socket connect() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                Socket socket = new Socket(loopback(), port);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                return socket;
            } catch (IOException notYet) {
                if (System.nanoTime() > deadline || !started.get(0).isAlive()) {
                    throw notYet;
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private Path write(String name, String program) throws IOException {
        String text = program.replace("PORT", Integer.toString(port)).replace("DIR", directory.toString());
        return Files.writeString(directory.resolve(name), text);
    }

    private void start(String... command) throws IOException {
        File log = directory.resolve("log").toFile();
        started.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start());
    }

    /** Without the program there is nothing to compare with: the test counts as skipped, and the log says why. */
    private static void assumeInstalled(String name, String... command) {
        boolean installed = exists(command);
        if (!installed) {
            System.out.println("not checked: " + name + " isn't installed, so nothing shows that its model is right");
        }
        assumeTrue(installed, name + " isn't installed");
    }

    private static boolean exists(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }
}
