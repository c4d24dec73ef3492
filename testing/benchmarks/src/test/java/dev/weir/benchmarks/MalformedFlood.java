package dev.weir.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends malformed heads on new connections at a steady rate from one thread, while well-behaved clients ask over
 * connections that they keep; in turn with and without the flood. Says what became of both in one line of JSON:
 * {@code MalformedFlood PORT RATE SECONDS ROUNDS}.
 */
final class MalformedFlood {
    private static final int CLIENTS = 4;
    private static final long CLIENT_PAUSE_NANOS = 10_000_000;
    private static final int MOST_OPEN = 1_000;

    private static final List<byte[]> KINDS = kinds(
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
            "GET /\u001b[2J HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551621\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(210) + "\r\n",
            "GET /" + "x".repeat(17_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");

    private final InetSocketAddress target;
    private final List<Long> calm = new ArrayList<>();
    private final List<Long> flooded = new ArrayList<>();
    private int failures;
    private long sent;
    private long refused;
    private long unanswered;
    private long floodNanos;
    private volatile boolean flooding;
    private volatile boolean over;

    private MalformedFlood(int port) {
        target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static List<byte[]> kinds(String... octets) {
        return Arrays.stream(octets)
                .map(kind -> kind.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        MalformedFlood run = new MalformedFlood(Integer.parseInt(arguments[0]));
        run.run(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
    }

    private void run(int rate, int seconds, int rounds) throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(this::behave, "client-" + i);
            client.start();
            clients.add(client);
        }
        for (int round = 0; round < rounds; round++) {
            LockSupport.parkNanos(seconds * 1_000_000_000L);
            flooding = true;
            flood(rate, seconds);
            flooding = false;
        }
        over = true;
        for (Thread client : clients) {
            client.join();
        }
        System.out.printf(
                Locale.ROOT,
                "{\"calm\":%s,\"flooded\":%s,\"failures\":%d,\"sent\":%d,\"refused\":%d,\"unanswered\":%d,\"rate\":%.0f}%n",
                quantiles(calm),
                quantiles(flooded),
                failures,
                sent,
                refused,
                unanswered,
                sent / (floodNanos / 1e9));
    }

    private static String quantiles(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        int last = sorted.size() - 1;
        return String.format(
                Locale.ROOT,
                "{\"requests\":%d,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}",
                sorted.size(),
                sorted.get(last / 2) / 1e6,
                sorted.get((int) (last * 0.99)) / 1e6,
                sorted.get(last) / 1e6);
    }

    /** One client: a request each 10 ms by the clock, so that a late answer also delays those behind it. */
    private void behave() {
        byte[] request = "GET / HTTP/1.1\r\nHost: good.example\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (SocketChannel channel = SocketChannel.open(target)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer in = ByteBuffer.allocate(4096);
            long due = System.nanoTime();
            while (!over) {
                LockSupport.parkNanos(due - System.nanoTime());
                if (due > System.nanoTime()) {
                    continue;
                }
                boolean during = flooding;
                send(channel, ByteBuffer.wrap(request));
                boolean sound = isAnswered(channel, in);
                note(System.nanoTime() - due, during && flooding, during == flooding, sound);
                due += CLIENT_PAUSE_NANOS;
            }
        } catch (IOException e) {
            note(0, false, false, false);
        }
    }

    private synchronized void note(long nanos, boolean during, boolean clear, boolean sound) {
        failures += sound ? 0 : 1;
        if (sound && clear) {
            (during ? flooded : calm).add(nanos);
        }
    }

    private static void send(SocketChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            if (channel.write(octets) < 0) {
                throw new IOException("closed");
            }
        }
    }

    /** Whether a whole 200 came, by its Content-Length. */
    private static boolean isAnswered(SocketChannel channel, ByteBuffer in) throws IOException {
        in.clear();
        while (true) {
            if (channel.read(in) < 0) {
                throw new IOException("closed");
            }
            String text = text(in);
            int head = text.indexOf("\r\n\r\n");
            int at = text.toLowerCase(Locale.ROOT).indexOf("content-length: ");
            if (head >= 0 && at >= 0) {
                int length = Integer.parseInt(text.substring(at + 16, text.indexOf("\r\n", at)));
                if (text.length() >= head + 4 + length) {
                    return text.startsWith("HTTP/1.1 200 ") && text.length() == head + 4 + length;
                }
            }
        }
    }

    /** What was read into {@code in} so far. */
    private static String text(ByteBuffer in) {
        return StandardCharsets.ISO_8859_1.decode(in.duplicate().flip()).toString();
    }

    private static final class Attempt {
        final ByteBuffer out;
        boolean refused;

        Attempt(byte[] octets) {
            out = ByteBuffer.wrap(octets);
        }
    }

    private void flood(int rate, int seconds) throws IOException {
        try (Selector selector = Selector.open()) {
            ByteBuffer in = ByteBuffer.allocate(4096);
            long begin = System.nanoTime();
            long end = begin + seconds * 1_000_000_000L;
            long first = sent;
            long now = begin;
            while (now < end || (!selector.keys().isEmpty() && now < end + 10_000_000_000L)) {
                long due = now < end ? first + (now - begin) * rate / 1_000_000_000L : 0;
                while (sent < due && selector.keys().size() < MOST_OPEN) {
                    open(selector, KINDS.get((int) (sent++ % KINDS.size())));
                }
                selector.select(1);
                for (SelectionKey key : selector.selectedKeys()) {
                    take(key, in);
                }
                selector.selectedKeys().clear();
                now = System.nanoTime();
            }
            floodNanos += end - begin;
            unanswered += selector.keys().size();
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
    }

    private void open(Selector selector, byte[] octets) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        // Ends with a reset once the answer is there: no connection is left waiting for its time.
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        boolean connected = channel.connect(target);
        channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, new Attempt(octets));
    }

    private void take(SelectionKey key, ByteBuffer in) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Attempt attempt = (Attempt) key.attachment();
        try {
            if (key.isConnectable()) {
                var unused = channel.finishConnect();
                key.interestOps(SelectionKey.OP_WRITE);
            }
            if (key.isWritable()) {
                var unused = channel.write(attempt.out);
                key.interestOps(attempt.out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
            if (key.isReadable()) {
                in.clear();
                int count = channel.read(in);
                if (count > 0) {
                    String text = text(in);
                    attempt.refused |= text.startsWith("HTTP/1.1 4") || text.startsWith("HTTP/1.1 5");
                } else if (count < 0) {
                    end(channel, attempt);
                }
            }
        } catch (IOException reset) {
            end(channel, attempt);
        }
    }

    private void end(SocketChannel channel, Attempt attempt) throws IOException {
        if (attempt.refused) {
            refused++;
        } else {
            unanswered++;
        }
        channel.close();
    }
}
