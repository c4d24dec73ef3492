package dev.weir.edge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that speaks in octets. */
final class RawClient implements Closeable {
    private static final int PATIENCE_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;
    private final StringBuilder unread = new StringBuilder();

    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static RawClient to(int port) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Whom it speaks to it does not look at. */
    static RawClient overTls(int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anyone()}, null);
            return new RawClient(context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @CanIgnoreReturnValue
    RawClient sends(String latin1) throws IOException {
        return sends(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    @CanIgnoreReturnValue
    RawClient sends(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
        return this;
    }

    /** Takes what has come up to and with {@code end}; fails if the peer ends before. */
    @CanIgnoreReturnValue
    String until(String end) throws IOException {
        byte[] piece = new byte[8192];
        while (unread.indexOf(end) < 0) {
            int n;
            try {
                n = in.read(piece);
            } catch (SocketTimeoutException e) {
                throw new AssertionError("not seen: " + end + "; received: " + unread, e);
            }
            if (n < 0) {
                throw new AssertionError("ended before: " + end + "; received: " + unread);
            }
            unread.append(new String(piece, 0, n, StandardCharsets.ISO_8859_1));
        }
        int length = unread.indexOf(end) + end.length();
        String taken = unread.substring(0, length);
        unread.delete(0, length);
        return taken;
    }

    @CanIgnoreReturnValue
    String head() throws IOException {
        return until("\r\n\r\n");
    }

    /** One answer: its head, and the content of its Content-Length or in chunks, as they came. */
    String answer() throws IOException {
        String head = head();
        String lower = head.toLowerCase(Locale.ROOT);
        if (lower.contains("\r\ntransfer-encoding: chunked")) {
            return head + until("0\r\n\r\n");
        }
        int at = lower.indexOf("\r\ncontent-length: ");
        return at < 0
                ? head
                : head
                        + octets(Integer.parseInt(head.substring(at + 18, head.indexOf("\r\n", at + 2))
                                .trim()));
    }

    String octets(int count) throws IOException {
        byte[] piece = new byte[8192];
        while (unread.length() < count) {
            int n = in.read(piece, 0, Math.min(piece.length, count - unread.length()));
            if (n < 0) {
                throw new AssertionError("ended within " + count + " octets; received: " + unread);
            }
            unread.append(new String(piece, 0, n, StandardCharsets.ISO_8859_1));
        }
        String taken = unread.substring(0, count);
        unread.delete(0, count);
        return taken;
    }

    /** Everything up to the end that the peer makes; a reset is an end too, and told as {@code <reset>}. */
    String rest() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        received.writeBytes(unread.toString().getBytes(StandardCharsets.ISO_8859_1));
        unread.setLength(0);
        try {
            in.transferTo(received);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("not closed; received: " + received.toString(StandardCharsets.ISO_8859_1), e);
        } catch (SocketException e) {
            received.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
        }
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** What comes from here on. */
    InputStream stream() {
        byte[] first = unread.toString().getBytes(StandardCharsets.ISO_8859_1);
        unread.setLength(0);
        return new SequenceInputStream(new ByteArrayInputStream(first), in);
    }

    void endsOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset. */
    void resets() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
