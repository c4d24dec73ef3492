package dev.weir.edge;

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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An origin that does for each path, octet for octet, what its script says. Keeps connections, as HTTP/1.1 does. */
final class Origin implements AutoCloseable {
    /** Answers one request; returns normally if the connection goes on. */
    @FunctionalInterface
    interface Script {
        void run(Peer peer) throws IOException;
    }

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<String> heads = new CopyOnWriteArrayList<>();
    /** Connections that the other side has ended or reset. */
    final AtomicInteger gone = new AtomicInteger();

    private final AtomicInteger connections = new AtomicInteger();
    private final Map<String, List<Integer>> carriers = new ConcurrentHashMap<>();
    private final Set<Integer> over = ConcurrentHashMap.newKeySet();

    Origin() {
        try {
            server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), EdgeRig.freePort()), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept).start();
    }

    /** What to do with requests for {@code path}, query included. */
    @CanIgnoreReturnValue
    Origin on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /** Answers {@code path} with these octets. */
    @CanIgnoreReturnValue
    Origin answers(String path, String octets) {
        return on(path, peer -> peer.send(octets));
    }

    /** Answers {@code path} with 200, these field lines, each ended by CR LF, and content of a length. */
    @CanIgnoreReturnValue
    Origin serves(String path, String fields, String content) {
        return answers(path, ok(fields, content));
    }

    static String ok(String fields, String content) {
        return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + content.length() + "\r\n\r\n" + content;
    }

    int port() {
        return server.getLocalPort();
    }

    /** The heads that came for this path. */
    List<String> heads(String path) {
        return heads.stream().filter(head -> path(head).equals(path)).toList();
    }

    /** The numbers of the connections over which this path was asked for, in order. */
    List<Integer> carriers(String path) {
        return carriers.getOrDefault(path, List.of());
    }

    /** Whether the connection of this number has ended. */
    boolean isOver(int connection) {
        return over.contains(connection);
    }

    private static String path(String head) {
        return head.split(" ", 3)[1];
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket)).start();
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void serve(Socket socket) {
        int number = connections.incrementAndGet();
        try (socket) {
            Peer peer = new Peer(socket);
            while (peer.next()) {
                heads.add(peer.head);
                carriers.computeIfAbsent(path(peer.head), first -> new CopyOnWriteArrayList<>())
                        .add(number);
                Script script = scripts.get(path(peer.head));
                if (script == null) {
                    peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                } else {
                    script.run(peer);
                }
            }
        } catch (IOException broken) {
            // told by the count below
        }
        over.add(number);
        gone.incrementAndGet();
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

    /** One request on one connection. */
    static final class Peer {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        String head = "";

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        }

        private boolean next() throws IOException {
            if (socket.isClosed()) {
                return false;
            }
            head = until("\r\n\r\n");
            return !head.isEmpty();
        }

        /** Reads up to and with {@code end}; "" at the end of the stream. */
        String until(String end) throws IOException {
            StringBuilder read = new StringBuilder();
            while (read.indexOf(end) < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return "";
                }
                read.append((char) octet);
            }
            return read.toString();
        }

        /** The content of the request, by its Content-Length or as chunks with their framing. */
        @CanIgnoreReturnValue
        String body() throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            int at = lower.indexOf("\r\ncontent-length: ");
            if (at < 0) {
                return lower.contains("\r\ntransfer-encoding: chunked") ? until("\r\n0\r\n") + until("\r\n") : "";
            }
            int length = Integer.parseInt(lower.substring(at + 18, lower.indexOf("\r\n", at + 2)));
            return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        }

        InputStream in() {
            return in;
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

        /** Reads until the other side ends, whatever comes. */
        void untilGone() throws IOException {
            while (in.read() >= 0) {}
        }

        void endsOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Resets the connection. */
        void breaksOff() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        void finish() throws IOException {
            socket.close();
        }
    }
}
