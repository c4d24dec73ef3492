package dev.weir.edge.upstream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin that does byte for byte what a script says, one script for each connection in turn; the last one repeats. */
final class ScriptedOrigin implements AutoCloseable {
    /** What to do with one connection. */
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws IOException;
    }

    /** The accepted connection. */
    static final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final List<String> heads;

        Peer(Socket socket, List<String> heads) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
            this.heads = heads;
        }

        /** Reads a head up to and with its empty line; "" at the end of the stream. */
        @CanIgnoreReturnValue
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return "";
                }
                head.append((char) octet);
            }
            heads.add(head.toString());
            return head.toString();
        }

        @CanIgnoreReturnValue
        String read(int octets) throws IOException {
            return new String(in.readNBytes(octets), StandardCharsets.ISO_8859_1);
        }

        /** Reads to the end of the stream and gives the number of octets. */
        @CanIgnoreReturnValue
        long drain() throws IOException {
            long total = 0;
            byte[] buffer = new byte[65536];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
            }
            return total;
        }

        @CanIgnoreReturnValue
        Peer send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        @CanIgnoreReturnValue
        Peer send(byte[] octets) throws IOException {
            out.write(octets);
            out.flush();
            return this;
        }

        /** Closes with RST. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void finish() throws IOException {
            socket.shutdownOutput();
        }
    }

    private final ServerSocket server;
    private final List<Script> scripts;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    private ScriptedOrigin(ServerSocket server, List<Script> scripts) {
        this.server = server;
        this.scripts = scripts;
        daemon(this::accept).start();
    }

    static ScriptedOrigin playing(Script... scripts) {
        return new ScriptedOrigin(bind(), List.of(scripts));
    }

    /** Plays over TLS. */
    static ScriptedOrigin playing(javax.net.ssl.SSLContext tls, Script... scripts) {
        try {
            ServerSocket server = tls.getServerSocketFactory().createServerSocket();
            bind(server);
            return new ScriptedOrigin(server, List.of(scripts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ServerSocket bind() {
        try {
            ServerSocket server = new ServerSocket();
            bind(server);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void bind(ServerSocket server) throws IOException {
        for (int tries = 0; ; tries++) {
            int port = ThreadLocalRandom.current().nextInt(20000, 30000);
            try {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
                return;
            } catch (IOException taken) {
                if (tries == 50) {
                    throw taken;
                }
            }
        }
    }

    /** A port where nobody listens. */
    static int closedPort() {
        try (ServerSocket server = bind()) {
            return server.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    TargetSpec target() {
        return new TargetSpec("http", "127.0.0.1", port());
    }

    int connections() {
        return connections.get();
    }

    /** All heads that came, over all connections. */
    List<String> heads() {
        return heads;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                int number = connections.getAndIncrement();
                Script script = scripts.get(Math.min(number, scripts.size() - 1));
                daemon(() -> play(socket, script)).start();
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void play(Socket socket, Script script) {
        try (socket) {
            script.run(new Peer(socket, heads));
        } catch (IOException gone) {
            // the other side closed
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "origin");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
