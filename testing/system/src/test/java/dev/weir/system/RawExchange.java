package dev.weir.system;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Octets sent over a connection, and what came back.
 *
 * @param received as ISO 8859-1
 * @param closed whether the other side closed, in time
 */
record RawExchange(String received, boolean closed) {
    static RawExchange send(Address to, String octets, Duration atMost) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(to.host(), to.port()), 5_000);
            socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.setSoTimeout((int) atMost.toMillis());
            return read(socket.getInputStream());
        }
    }

    private static RawExchange read(InputStream in) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] block = new byte[8_192];
        boolean closed = true;
        try {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                all.write(block, 0, read);
            }
        } catch (SocketTimeoutException open) {
            closed = false;
        } catch (IOException reset) {
            closed = true;
        }
        return new RawExchange(all.toString(StandardCharsets.ISO_8859_1), closed);
    }

    int status() {
        return received.startsWith("HTTP/1.1 ") ? Integer.parseInt(received.substring(9, 12)) : 0;
    }

    /** What stands behind the head. */
    String body() {
        int end = received.indexOf("\r\n\r\n");
        return end < 0 ? "" : received.substring(end + 4);
    }

    String head() {
        int end = received.indexOf("\r\n\r\n");
        return end < 0 ? received : received.substring(0, end);
    }
}
