package dev.weir.system;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An origin that answers every connection with the same octets and closes it. */
final class BrokenOrigin implements AutoCloseable {
    private final ServerSocket server;
    private final byte[] octets;

    BrokenOrigin(String octets) throws IOException {
        this.octets = octets.getBytes(StandardCharsets.ISO_8859_1);
        this.server = new ServerSocket(FreePorts.next(), 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "broken origin");
        thread.setDaemon(true);
        thread.start();
    }

    Address address() {
        return Address.loopback(server.getLocalPort());
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(5_000);
                if (readHead(socket.getInputStream())) {
                    socket.getOutputStream().write(octets);
                    socket.getOutputStream().flush();
                }
            } catch (IOException gone) {
                // the next one
            }
        }
    }

    /** Whether a whole head came. */
    private static boolean readHead(InputStream in) throws IOException {
        int matched = 0;
        String end = "\r\n\r\n";
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            matched = octet == end.charAt(matched) ? matched + 1 : octet == '\r' ? 1 : 0;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
