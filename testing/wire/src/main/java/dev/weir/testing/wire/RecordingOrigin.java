package dev.weir.testing.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An origin that keeps every request octet for octet, reading more strictly than any origin does. A chunked body is kept
 * as one chunk. It answers each with 200, and tells in {@code X-Seen} which request it took it for.
 */
public final class RecordingOrigin implements AutoCloseable {
    private static final int MOST_HEAD = 128 * 1024;

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger cuts = new AtomicInteger();

    /** Listens on a port of loopback. */
    public RecordingOrigin(int port) throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        daemon(this::accept);
    }

    /** Where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** The requests since the last {@link #forget()}, each as octets; one that breaks the grammar begins with "unsound". */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** How often a request was broken off within its content, since this origin began. */
    public int cuts() {
        return cuts.get();
    }

    /** Begins anew. */
    public void forget() {
        requests.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "recording origin");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (answered(socket, in)) {}
        } catch (IOException broken) {
            // the connection is over, and what came is kept
        }
        sockets.remove(socket);
    }

    private boolean answered(Socket socket, InputStream in) throws IOException {
        String head = head(in);
        if (head.isEmpty()) {
            return false;
        }
        try {
            requests.add(head + content(head, in));
        } catch (EOFException cut) {
            // broken off, as it must be where the rest is malformed: no origin may take this for a request
            cuts.incrementAndGet();
            return false;
        } catch (IllegalStateException fault) {
            requests.add("unsound: " + fault.getMessage() + ": " + head);
            return false;
        }
        String line = head.substring(0, head.lastIndexOf(' ', head.indexOf("\r\n")));
        String keep = line.startsWith("GET /stored-") ? "max-age=60" : "no-store";
        boolean headOnly = line.startsWith("HEAD ");
        String content = "seen";
        socket.getOutputStream()
                .write(("HTTP/1.1 200 OK\r\nX-Seen: " + line + "\r\nCache-Control: " + keep + "\r\nContent-Length: "
                                + content.length() + "\r\n\r\n" + (headOnly ? "" : content))
                        .getBytes(StandardCharsets.ISO_8859_1));
        return true;
    }

    /** A head with its empty line; "" at the end of the stream. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int octet = in.read();
            if (octet < 0 || head.length() > MOST_HEAD) {
                return head.length() == 0 ? "" : head + "unsound: never ended\r\n\r\n";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private static String content(String head, InputStream in) throws IOException {
        String length = "";
        String coding = "";
        String[] lines = head.substring(0, head.length() - 4).split("\r\n", -1);
        for (String line : lines) {
            check(line.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f)), "control");
        }
        check(lines[0].matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\\.1"), "request line");
        for (int i = 1; i < lines.length; i++) {
            String line = lines[i];
            int colon = line.indexOf(':');
            check(colon > 0 && line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"), "field name");
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            if (name.equals("content-length")) {
                check(length.isEmpty(), "two lengths");
                length = line.substring(colon + 1).strip();
                check(length.matches("0|[1-9][0-9]{0,17}"), "length");
            } else if (name.equals("transfer-encoding")) {
                check(coding.isEmpty(), "two codings");
                coding = line.substring(colon + 1).strip();
                check(coding.equals("chunked"), "coding");
            }
        }
        check(length.isEmpty() || coding.isEmpty(), "length and coding");
        if (!coding.isEmpty()) {
            return chunks(in);
        }
        return length.isEmpty() ? "" : octets(in, Integer.parseInt(length));
    }

    /** A chunked body as one chunk. */
    private static String chunks(InputStream in) throws IOException {
        StringBuilder data = new StringBuilder();
        while (true) {
            String line = line(in);
            check(line.matches("[0-9a-f]{1,8}"), "chunk size");
            int size = Integer.parseInt(line, 16);
            if (size == 0) {
                break;
            }
            data.append(octets(in, size));
            check(line(in).isEmpty(), "chunk end");
        }
        StringBuilder trailers = new StringBuilder();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            trailers.append(line).append("\r\n");
        }
        String whole = data.length() == 0 ? "" : Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
        return whole + "0\r\n" + trailers + "\r\n";
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("in a line");
            }
            check(octet != '\n', "line end");
            if (octet == '\r') {
                check(in.read() == '\n', "line end");
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            line.write(octet);
        }
    }

    private static String octets(InputStream in, int length) throws IOException {
        byte[] octets = in.readNBytes(length);
        if (octets.length < length) {
            throw new EOFException("in content");
        }
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static void check(boolean holds, String fault) {
        if (!holds) {
            throw new IllegalStateException(fault);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
