package dev.weir.system;

import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A kept connection of one client thread, reading answers by their framing and by nothing else. */
final class CheckedConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private boolean lasts = true;

    /**
     * An answer as it came.
     *
     * @param status of it
     * @param fields by lower-case name, lines combined
     * @param body what came of it
     * @param whole whether its framing says that this is all
     */
    record Received(int status, Map<String, String> fields, Buffer body, boolean whole) {
        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    CheckedConnection(Address to) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(to.host(), to.port()), PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /** Whether another request may follow. */
    boolean lasts() {
        return lasts;
    }

    /** The answer to a request with this method; {@code leaves}: only its beginning is read. */
    Received receive(String method, boolean leaves) throws IOException {
        String statusLine = line();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> fields = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.merge(name, line.substring(colon + 1).trim(), (a, b) -> a + ", " + b);
        }
        if (fields.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close") || leaves) {
            lasts = false;
        }
        if (leaves || method.equals("HEAD") || status == 204 || status == 304) {
            return new Received(status, fields, Buffer.buffer(), !leaves);
        }
        return body(status, fields);
    }

    private Received body(int status, Map<String, String> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            if (fields.getOrDefault("transfer-encoding", "").equals("chunked")) {
                for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                    copy(body, size);
                    expectEmptyLine();
                }
                expectEmptyLine();
            } else if (fields.containsKey("content-length")) {
                copy(body, Integer.parseInt(fields.get("content-length")));
            } else {
                throw new IOException("neither a length nor chunks");
            }
        } catch (IOException broken) {
            lasts = false;
            return new Received(status, fields, Buffer.buffer(body.toByteArray()), false);
        }
        return new Received(status, fields, Buffer.buffer(body.toByteArray()), true);
    }

    private void expectEmptyLine() throws IOException {
        if (!line().isEmpty()) {
            throw new IOException("a chunk that is longer than it says");
        }
    }

    private void copy(ByteArrayOutputStream body, int octets) throws IOException {
        byte[] piece = new byte[Math.min(octets, 64 * 1024)];
        for (int left = octets; left > 0; ) {
            int read = in.read(piece, 0, Math.min(left, piece.length));
            if (read < 0) {
                throw new EOFException();
            }
            body.write(piece, 0, read);
            left -= read;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException();
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
