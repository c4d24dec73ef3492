package dev.weir.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks processes on loopback whether they are ready; half a second at the most. */
final class Probes {
    private static final int PATIENCE_MILLIS = 500;

    private Probes() {}

    /** Whether {@code /readyz} on that port answers 200. */
    static boolean httpReady(int port) {
        return ask(port, "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", 12)
                .startsWith("HTTP/1.1 200");
    }

    /** Whether a Redis answers there, be it only that it wants a password. */
    static boolean redisAnswers(int port) {
        String said = ask(port, "PING\r\n", 7);
        return said.startsWith("+PONG") || said.startsWith("-NOAUTH");
    }

    private static String ask(int port, String question, int answerBytes) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(question.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(answerBytes), StandardCharsets.US_ASCII);
        } catch (IOException notThere) {
            return "";
        }
    }
}
