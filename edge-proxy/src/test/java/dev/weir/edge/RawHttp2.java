package dev.weir.edge;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A client that writes HTTP/2 frames octet by octet and checks nothing that it sends. Field blocks are literals without
 * indexing, so that any octet can stand in a name or a value. What comes is read with Netty's decompression.
 */
final class RawHttp2 implements Closeable {
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int PRIORITY = 0x2;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PUSH_PROMISE = 0x5;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;
    static final int CONTINUATION = 0x9;
    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;

    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int LARGEST_BLOCK = 256 * 1024;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, LARGEST_BLOCK);
    private final Map<Integer, Stream> streams = new HashMap<>();
    private int nextStream = 1;
    private int pongs;
    private String ended = "";

    /** What came on a stream. */
    static final class Stream {
        final List<Integer> statuses = new ArrayList<>();
        final Map<String, String> fields = new HashMap<>();
        /** The same as lines, with those that came twice. */
        final List<String> lines = new ArrayList<>();

        final Map<String, String> trailers = new HashMap<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean ended;
        private long reset = -1;
        private long windowUpdates;

        String content() {
            return content.toString(StandardCharsets.ISO_8859_1);
        }

        /** Credit that was given for it. */
        long credit() {
            return windowUpdates;
        }

        /** The code with which it was reset; negative if it wasn't. */
        long reset() {
            return reset;
        }

        private boolean isOver() {
            return ended || reset >= 0;
        }

        private String outcome() {
            String last = statuses.isEmpty() ? "" : String.valueOf(statuses.get(statuses.size() - 1));
            String broken = reset < 0 ? "" : "reset " + reset;
            return last.isEmpty() ? broken : broken.isEmpty() || ended ? last : last + " " + broken;
        }
    }

    private RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** By prior knowledge, preface and settings sent. */
    static RawHttp2 clear(int port) throws IOException {
        return clear(port, PREFACE).frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** The same, but these octets are all that is sent. */
    static RawHttp2 clear(int port, byte[] preface) throws IOException {
        return new RawHttp2(new Socket(InetAddress.getLoopbackAddress(), port)).octets(preface);
    }

    /** By ALPN, preface and settings sent. */
    static RawHttp2 tls(int port) throws IOException {
        return tls(port, PREFACE).frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** The same, but these octets are all that is sent. */
    static RawHttp2 tls(int port, byte[] preface) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (!"h2".equals(socket.getApplicationProtocol())) {
                throw new AssertionError("ALPN: " + socket.getApplicationProtocol() + " (expected: h2)");
            }
            return new RawHttp2(socket).octets(preface);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** An id that no stream had yet. */
    int newStream() {
        nextStream += 2;
        return nextStream - 2;
    }

    /** The field block of these names and values, alternating. */
    static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String latin1) {
        byte[] octets = latin1.getBytes(StandardCharsets.ISO_8859_1);
        if (octets.length < 127) {
            block.write(octets.length);
        } else {
            block.write(127);
            int rest = octets.length - 127;
            for (; rest >= 128; rest >>>= 7) {
                block.write((rest & 0x7f) | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(octets);
    }

    @CanIgnoreReturnValue
    RawHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
        return octets(octets(type, flags, stream, payload));
    }

    /** A frame, for several in one write. */
    static byte[] octets(int type, int flags, int stream, byte[] payload) {
        byte[] frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        number(frame, 5, stream);
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    @CanIgnoreReturnValue
    RawHttp2 octets(byte[]... pieces) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            octets.writeBytes(piece);
        }
        out.write(octets.toByteArray());
        out.flush();
        return this;
    }

    static byte[] number(int value) {
        byte[] octets = new byte[4];
        number(octets, 0, value);
        return octets;
    }

    private static void number(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (value >> (24 - 8 * i));
        }
    }

    /** A whole request without content. */
    @CanIgnoreReturnValue
    int request(String... fields) throws IOException {
        int stream = newStream();
        frame(HEADERS, END_HEADERS | END_STREAM, stream, block(fields));
        return stream;
    }

    /** A head whose content follows. */
    @CanIgnoreReturnValue
    int open(String... fields) throws IOException {
        int stream = newStream();
        frame(HEADERS, END_HEADERS, stream, block(fields));
        return stream;
    }

    @CanIgnoreReturnValue
    RawHttp2 data(int stream, String latin1, int flags) throws IOException {
        return frame(DATA, flags, stream, latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    @CanIgnoreReturnValue
    RawHttp2 trailers(int stream, String... fields) throws IOException {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, block(fields));
    }

    Stream stream(int id) {
        return streams.computeIfAbsent(id, none -> new Stream());
    }

    /** How the stream ends: a status, {@code reset} and its code, {@code goaway} and its code, or {@code closed}. */
    String outcome(int stream) throws IOException {
        while (!stream(stream).isOver() && ended.isEmpty()) {
            read();
        }
        String outcome = stream(stream).outcome();
        return outcome.isEmpty() ? ended : outcome;
    }

    /** How the connection ends. */
    String end() throws IOException {
        while (ended.isEmpty()) {
            read();
        }
        return ended;
    }

    /** Reads to the very end, also behind GOAWAY. */
    void untilClosed() throws IOException {
        while (!ended.equals("closed")) {
            read();
        }
    }

    /** Waits until all that was sent so far has been read at the other end. */
    void settles() throws IOException {
        int before = pongs;
        frame(PING, 0, 0, new byte[8]);
        while (pongs == before) {
            if (!ended.isEmpty()) {
                throw new AssertionError("ended: " + ended);
            }
            read();
        }
    }

    /** Reads until something has come on the stream that satisfies the condition. */
    void until(int stream, java.util.function.Predicate<Stream> condition) throws IOException {
        while (!condition.test(stream(stream))) {
            if (!ended.isEmpty()) {
                throw new AssertionError("ended: " + ended);
            }
            read();
        }
    }

    private void read() throws IOException {
        try {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int id = in.readInt() & 0x7fffffff;
            byte[] payload = new byte[length];
            in.readFully(payload);
            take(type, flags, id, payload);
        } catch (EOFException | SocketException e) {
            ended = "closed";
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nothing more came", e);
        }
    }

    /** The block that begins with {@code first}; nothing else may come before its end. */
    private byte[] continued(byte[] first) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(first);
        int flags;
        do {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            if (in.readUnsignedByte() != CONTINUATION) {
                throw new AssertionError("a frame within a field block");
            }
            flags = in.readUnsignedByte();
            in.readInt();
            byte[] part = new byte[length];
            in.readFully(part);
            block.writeBytes(part);
        } while ((flags & END_HEADERS) == 0);
        return block.toByteArray();
    }

    private void take(int type, int flags, int id, byte[] payload) throws IOException {
        Stream stream = stream(id);
        switch (type) {
            case DATA -> {
                stream.content.writeBytes(payload);
                stream.ended |= (flags & END_STREAM) != 0;
                if (payload.length > 0) {
                    frame(WINDOW_UPDATE, 0, 0, number(payload.length));
                    if (!stream.isOver()) {
                        frame(WINDOW_UPDATE, 0, id, number(payload.length));
                    }
                }
            }
            case HEADERS -> {
                // A priority may stand before the block.
                byte[] first = (flags & 0x20) == 0 ? payload : Arrays.copyOfRange(payload, 5, payload.length);
                fields(stream, (flags & END_HEADERS) != 0 ? first : continued(first));
                stream.ended |= (flags & END_STREAM) != 0;
            }
            case RST_STREAM ->
                stream.reset =
                        stream.reset < 0 ? Unpooled.wrappedBuffer(payload).getUnsignedInt(0) : stream.reset;
            case SETTINGS -> {
                if ((flags & ACK) == 0) {
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case PING -> {
                if ((flags & ACK) == 0) {
                    frame(PING, ACK, 0, payload);
                } else {
                    pongs++;
                }
            }
            case GOAWAY -> ended = "goaway " + Unpooled.wrappedBuffer(payload).getUnsignedInt(4);
            case WINDOW_UPDATE ->
                stream.windowUpdates += Unpooled.wrappedBuffer(payload).getUnsignedInt(0);
            default -> throw new AssertionError("frame of type " + type);
        }
    }

    private void fields(Stream stream, byte[] block) throws IOException {
        Http2Headers decoded;
        try {
            decoded = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
        boolean trailing = decoded.status() == null;
        if (!trailing) {
            stream.statuses.add(Integer.valueOf(decoded.status().toString()));
        }
        decoded.forEach(field -> {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            (trailing ? stream.trailers : stream.fields).put(name, value);
            stream.lines.add(name + ": " + value);
        });
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The test made the certificate itself. */
    private static final class Trusting extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
