package dev.weir.edge.upstream;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An origin that writes HTTP/2 frames octet by octet and checks nothing that it sends, one script for each connection in
 * turn; the last one repeats. Field blocks are literals without indexing. What comes is read with Netty's decompression.
 */
public final class FrameOrigin implements AutoCloseable {
    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int RST_STREAM = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PUSH_PROMISE = 0x5;
    public static final int PING = 0x6;
    public static final int GOAWAY = 0x7;
    public static final int WINDOW_UPDATE = 0x8;
    public static final int CONTINUATION = 0x9;
    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;

    private static final int PREFACE_OCTETS = 24;

    /** What to do with one connection. */
    @FunctionalInterface
    public interface Script {
        void run(Peer peer) throws IOException;
    }

    /** A request as it came. */
    public static final class Request {
        final int id;
        private final List<String> fields = new ArrayList<>();
        private final List<String> trailers = new ArrayList<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private boolean ended;
        private long reset = -1;

        Request(int id) {
            this.id = id;
        }

        public int id() {
            return id;
        }

        /** Each as {@code name: value}, in order. */
        public List<String> fields() {
            return fields;
        }

        public String path() {
            return fields.stream()
                    .filter(field -> field.startsWith(":path: "))
                    .findFirst()
                    .orElseThrow()
                    .substring(7);
        }

        public List<String> trailers() {
            return trailers;
        }

        public String content() {
            return content.toString(StandardCharsets.ISO_8859_1);
        }

        public boolean isEnded() {
            return ended;
        }

        /** The code it was reset with, or -1. */
        public long reset() {
            return reset;
        }
    }

    /** The accepted connection. */
    public static final class Peer {
        private final DataInputStream in;
        private final OutputStream out;
        private final Socket socket;
        private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        private final Map<Integer, Request> requests = new HashMap<>();
        private final Queue<Request> begun = new ArrayDeque<>();
        private long credit;
        private long goAway = -1;
        private boolean pinged;
        private boolean credits = true;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** Reads the preface and sends settings. */
        @CanIgnoreReturnValue
        public Peer greet(byte... settings) throws IOException {
            in.readNBytes(PREFACE_OCTETS);
            return frame(SETTINGS, 0, 0, settings);
        }

        void skipPreface() throws IOException {
            in.readNBytes(PREFACE_OCTETS);
        }

        /** Gives the next request; it may have begun while something else was read for. */
        public Request request() throws IOException {
            while (begun.isEmpty()) {
                read();
            }
            return begun.remove();
        }

        /** Reads until the condition holds of the request. */
        @CanIgnoreReturnValue
        public Request until(Request request, Predicate<Request> condition) throws IOException {
            while (!condition.test(request)) {
                read();
            }
            return request;
        }

        /** Reads to the end of the connection. */
        public void drain() throws IOException {
            try {
                while (true) {
                    read();
                }
            } catch (EOFException | SocketException end) {
                // as it should
            }
        }

        /** The code of the GOAWAY that came, or -1. */
        public long goAway() {
            return goAway;
        }

        /** Octets of content that may be sent on streams beyond the first window. */
        public long credit() {
            return credit;
        }

        public boolean wasPinged() {
            return pinged;
        }

        /** Gives no credit for content any more. */
        public void stopsCredit() {
            credits = false;
        }

        @CanIgnoreReturnValue
        public Peer head(Request request, int flags, String... fields) throws IOException {
            return frame(HEADERS, END_HEADERS | flags, request.id, block(fields));
        }

        @CanIgnoreReturnValue
        public Peer data(Request request, int flags, String latin1) throws IOException {
            return frame(DATA, flags, request.id, latin1.getBytes(StandardCharsets.ISO_8859_1));
        }

        @CanIgnoreReturnValue
        public Peer reset(Request request, int code) throws IOException {
            return frame(RST_STREAM, 0, request.id, number(code));
        }

        @CanIgnoreReturnValue
        public Peer goAway(int lastStream, int code) throws IOException {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            payload.writeBytes(number(lastStream));
            payload.writeBytes(number(code));
            return frame(GOAWAY, 0, 0, payload.toByteArray());
        }

        @CanIgnoreReturnValue
        public Peer frame(int type, int flags, int stream, byte[] payload) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(payload.length >> 16);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
            frame.write(type);
            frame.write(flags);
            frame.writeBytes(number(stream));
            frame.writeBytes(payload);
            return octets(frame.toByteArray());
        }

        @CanIgnoreReturnValue
        public Peer octets(byte[] octets) throws IOException {
            out.write(octets);
            out.flush();
            return this;
        }

        /** Reads one frame. */
        public void read() throws IOException {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int id = in.readInt() & 0x7fffffff;
            byte[] payload = new byte[length];
            in.readFully(payload);
            take(type, flags, id, payload);
        }

        private void take(int type, int flags, int id, byte[] payload) throws IOException {
            switch (type) {
                case DATA -> {
                    Request request = of(id);
                    request.content.writeBytes(payload);
                    request.ended |= (flags & END_STREAM) != 0;
                    if (payload.length > 0 && credits) {
                        frame(WINDOW_UPDATE, 0, 0, number(payload.length));
                        frame(WINDOW_UPDATE, 0, id, number(payload.length));
                    }
                }
                case HEADERS -> {
                    if ((flags & END_HEADERS) == 0) {
                        throw new IOException("a field block in parts");
                    }
                    Request request = of(id);
                    if (request.fields.isEmpty()) {
                        begun.add(request);
                    }
                    List<String> into = request.fields.isEmpty() ? request.fields : request.trailers;
                    fields(into, payload);
                    request.ended |= (flags & END_STREAM) != 0;
                }
                case RST_STREAM ->
                    of(id).reset = Unpooled.wrappedBuffer(payload).getUnsignedInt(0);
                case SETTINGS -> {
                    if ((flags & ACK) == 0) {
                        frame(SETTINGS, ACK, 0, new byte[0]);
                    }
                }
                case PING -> {
                    pinged |= (flags & ACK) == 0;
                    if ((flags & ACK) == 0) {
                        frame(PING, ACK, 0, payload);
                    }
                }
                case GOAWAY -> goAway = Unpooled.wrappedBuffer(payload).getUnsignedInt(4);
                case WINDOW_UPDATE ->
                    credit += id == 0 ? 0 : Unpooled.wrappedBuffer(payload).getUnsignedInt(0);
                default -> {}
            }
        }

        private Request of(int id) {
            return requests.computeIfAbsent(id, Request::new);
        }

        private void fields(List<String> into, byte[] block) throws IOException {
            try {
                Http2Headers headers = decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block));
                headers.forEach(field -> into.add(field.getKey() + ": " + field.getValue()));
            } catch (Http2Exception malformed) {
                throw new IOException(malformed);
            }
        }

        public void close() throws IOException {
            socket.close();
        }
    }

    private final ServerSocket server;
    private final List<Script> scripts;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    private FrameOrigin(List<Script> scripts) {
        this.server = ScriptedOrigin.bind();
        this.scripts = scripts;
        daemon(this::accept);
    }

    public static FrameOrigin playing(Script... scripts) {
        return new FrameOrigin(List.of(scripts));
    }

    /**
     * The same, and its sockets hold little of what isn't read. From their beginning: a window that shrinks makes the kernel
     * drop what confirms our own octets too, and they stand still.
     */
    static FrameOrigin takingLittle(Script script) throws IOException {
        FrameOrigin origin = new FrameOrigin(List.of(script));
        origin.server.setReceiveBufferSize(4096);
        return origin;
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "frame-origin");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                open.incrementAndGet();
                Script script = scripts.get(Math.min(connections.getAndIncrement(), scripts.size() - 1));
                daemon(() -> play(script, socket));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void play(Script script, Socket socket) {
        try {
            script.run(new Peer(socket));
        } catch (EOFException | SocketException end) {
            // the far end has closed
        } catch (IOException | RuntimeException | Error broken) {
            failure = broken;
        } finally {
            open.decrementAndGet();
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    TargetSpec target() {
        return new TargetSpec("http", "127.0.0.1", port());
    }

    public int connections() {
        return connections.get();
    }

    /** How many have a script that isn't at its end. */
    public int open() {
        return open.get();
    }

    /** What a script threw; null if nothing. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /** The field block of these names and values, alternating. */
    public static byte[] block(String... namesAndValues) {
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

    public static byte[] number(int value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    /** The payload of SETTINGS with one entry. */
    public static byte[] setting(int key, int value) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.write(0);
        payload.write(key);
        payload.writeBytes(number(value));
        return payload.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
