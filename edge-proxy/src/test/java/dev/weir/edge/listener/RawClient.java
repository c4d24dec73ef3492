package dev.weir.edge.listener;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that speaks in bytes. */
final class RawClient implements Closeable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static RawClient to(int port) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    @CanIgnoreReturnValue
    RawClient sends(String latin1) throws IOException {
        socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Each octet in a write of its own. */
    @CanIgnoreReturnValue
    RawClient sendsEachOctet(String latin1) throws IOException {
        for (int i = 0; i < latin1.length(); i++) {
            sends(latin1.substring(i, i + 1));
        }
        return this;
    }

    /** Everything up to the end that the peer makes; a reset is an end too. */
    @CanIgnoreReturnValue
    String receivesAll() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            byte[] piece = new byte[8192];
            int n;
            while ((n = in.read(piece)) >= 0) {
                received.write(piece, 0, n);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("not closed; received so far: " + text(), e);
        } catch (SocketException e) {
            received.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
        }
        return text();
    }

    /** What has come once it contains {@code expected}; fails if the peer ends before. */
    @CanIgnoreReturnValue
    String receivesUntil(String expected) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[8192];
        while (!text().contains(expected)) {
            int n;
            try {
                n = in.read(piece);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("not seen: " + expected + "; received so far: " + text(), e);
            }
            if (n < 0) {
                throw new AssertionError("ended before: " + expected + "; received: " + text());
            }
            received.write(piece, 0, n);
        }
        return text();
    }

    void endsOutput() throws IOException {
        socket.shutdownOutput();
    }

    private String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
