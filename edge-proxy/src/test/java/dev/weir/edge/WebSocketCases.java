package dev.weir.edge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What WebSocket clients may say, and what they may not (RFC 6455): each as the octets of its frames, in the pieces that
 * they are sent in. Every one ends with a Close frame or with what a server must close on.
 */
final class WebSocketCases {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int FIN = 0x80;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    private static final byte[] BYE = frame(FIN | CLOSE, code(1000, "bye"));
    private static final byte[] NOTHING = {};

    /** One of them. */
    record Case(String name, List<byte[]> pieces) {
        byte[] octets() {
            return joined(pieces);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private WebSocketCases() {}

    static List<Case> all() {
        WebSocketCases all = new WebSocketCases();
        all.lengths();
        all.pings();
        all.reserved();
        all.fragments();
        all.characters();
        all.closes();
        return List.copyOf(all.cases);
    }

    private void add(String name, byte[]... pieces) {
        cases.add(new Case(name, List.of(pieces)));
    }

    /** Frames that are followed by an ordinary close, unless the server has closed before. */
    private void addAndClose(String name, byte[]... pieces) {
        byte[][] all = Arrays.copyOf(pieces, pieces.length + 1);
        all[pieces.length] = BYE;
        add(name, all);
    }

    private void lengths() {
        for (int length : new int[] {0, 1, 125, 126, 127, 128, 65_535, 65_536, 200_000}) {
            addAndClose("text of " + length, frame(FIN | TEXT, letters(length)));
            addAndClose("binary of " + length, frame(FIN | BINARY, every(length)));
        }
        addAndClose("65536 in pieces of 997", cut(frame(FIN | BINARY, every(65_536)), 997));
        addAndClose("text octet by octet", cut(frame(FIN | TEXT, letters(60)), 1));
    }

    private void pings() {
        for (int length : new int[] {0, 1, 125, 126}) {
            addAndClose("ping of " + length, frame(FIN | PING, every(length)));
        }
        addAndClose("unasked pong", frame(FIN | PONG, letters(5)), frame(FIN | PING, letters(5)));
        addAndClose(
                "ten pings at once",
                joined(IntStream.range(0, 10)
                        .mapToObj(i -> frame(FIN | PING, letters(i)))
                        .toList()));
        addAndClose("ping octet by octet", cut(frame(FIN | PING, every(125)), 1));
        addAndClose("fragmented ping", frame(PING, letters(3)), frame(FIN | CONTINUATION, letters(3)));
    }

    private void reserved() {
        for (int bits = 1; bits <= 7; bits++) {
            byte[] before = frame(FIN | TEXT, letters(8));
            addAndClose(
                    "reserved bits " + bits,
                    joined(List.of(before, frame(FIN | bits << 4 | TEXT, letters(8)))),
                    before);
        }
        for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            addAndClose("opcode " + opcode, frame(FIN | TEXT, letters(8)), frame(FIN | opcode, letters(4)));
        }
        byte[] unmasked = {(byte) (FIN | TEXT), 2, 'h', 'i'};
        addAndClose("unmasked frame", unmasked);
    }

    private void fragments() {
        addAndClose("two fragments", frame(TEXT, letters(5)), frame(FIN | CONTINUATION, letters(6)));
        addAndClose(
                "ping between fragments",
                frame(TEXT, letters(5)),
                frame(FIN | PING, letters(4)),
                frame(FIN | CONTINUATION, letters(6)));
        addAndClose("empty fragments", frame(TEXT, NOTHING), frame(CONTINUATION, NOTHING), frame(FIN, NOTHING));
        addAndClose("continuation of nothing", frame(FIN | CONTINUATION, letters(5)), frame(FIN | TEXT, letters(2)));
        addAndClose("message within a message", frame(TEXT, letters(5)), frame(FIN | TEXT, letters(5)));
        byte[][] many = IntStream.range(0, 51)
                .mapToObj(i -> frame((i == 50 ? FIN : 0) | (i == 0 ? BINARY : CONTINUATION), every(1_300)))
                .toArray(byte[][]::new);
        addAndClose("66300 in fragments of 1300", many);
    }

    private void characters() {
        byte[] word = "κόσμε 𝄞 \u0000\u007f\ufffd".getBytes(StandardCharsets.UTF_8);
        addAndClose("UTF-8", frame(FIN | TEXT, word));
        addAndClose("UTF-8 octet by octet", cut(frame(FIN | TEXT, word), 1));
        byte[][] split = IntStream.range(0, word.length)
                .mapToObj(i -> frame((i == word.length - 1 ? FIN : 0) | (i == 0 ? TEXT : 0), new byte[] {word[i]}))
                .toArray(byte[][]::new);
        addAndClose("UTF-8 in fragments of one octet", split);
        byte[][] broken = {
            {(byte) 0x80}, {(byte) 0xc0, (byte) 0xaf}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, {(byte) 0xfe}, {'a', (byte) 0xce}
        };
        for (byte[] octets : broken) {
            addAndClose("not UTF-8: " + Arrays.toString(octets), frame(FIN | TEXT, octets));
        }
        addAndClose("not UTF-8 from the second fragment", frame(TEXT, word), frame(FIN, broken[3]));
    }

    private void closes() {
        for (int code : new int[] {
            0, 999, 1000, 1001, 1004, 1005, 1006, 1007, 1011, 1014, 1016, 2999, 3000, 3999, 4000, 4999, 5000, 65_535
        }) {
            add("close " + code, frame(FIN | CLOSE, code(code, "")));
        }
        add("close without a code", frame(FIN | CLOSE, NOTHING));
        add("close of one octet", frame(FIN | CLOSE, new byte[] {3}));
        add("close of 125", frame(FIN | CLOSE, code(1000, "x".repeat(123))));
        add("close of 126", frame(FIN | CLOSE, code(1000, "x".repeat(124))));
        add("close with what is not UTF-8", frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xce, (byte) 0xff}));
        add("data behind a close", BYE, frame(FIN | TEXT, letters(5)), frame(FIN | PING, letters(5)));
        add("two closes", BYE, BYE);
        add("close behind much", joined(List.of(frame(FIN | BINARY, every(262_144)), BYE, frame(FIN | PING, NOTHING))));
        add("close between fragments", frame(TEXT, letters(5)), BYE, frame(FIN, letters(5)));
    }

    /** A masked frame with its length in the shortest form. */
    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i % MASK.length]));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private static byte[] code(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    private static byte[] letters(int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) ('a' + i % 26);
        }
        return octets;
    }

    private static byte[] every(int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) (i * 31);
        }
        return octets;
    }

    private static byte[][] cut(byte[] octets, int size) {
        return IntStream.iterate(0, from -> from < octets.length, from -> from + size)
                .mapToObj(from -> Arrays.copyOfRange(octets, from, Math.min(octets.length, from + size)))
                .toArray(byte[][]::new);
    }

    private static byte[] joined(List<byte[]> pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pieces.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
