package dev.weir.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * A stream as a scan followed it.
 *
 * @param messages in texts of one char an octet; those whose head was accepted
 * @param passed all octets that were let through: heads that are whole, and what of their content was sound so far
 * @param end how it ended
 */
record Followed(List<Message> messages, String passed, String end) {
    /** A message: its head with the empty line, its content as it is framed, and whether that has ended. */
    record Message(String head, String content, boolean complete) {}

    /** What is followed. */
    interface Scan {
        boolean isAtHead();

        int head(ByteBuf in);

        int body(ByteBuf in, int from);

        HeadFault fault();
    }

    /** Follows {@code stream}, all at once. */
    static Followed whole(byte[] stream, Scan scan) {
        return of(stream, scan, () -> stream.length);
    }

    /** Follows {@code stream} octet by octet, so that everything sound is passed on. */
    static Followed singly(byte[] stream, Scan scan) {
        return of(stream, scan, () -> 1);
    }

    /** Follows {@code stream} in pieces that depend on nothing but its octets. */
    static Followed pieces(byte[] stream, Scan scan) {
        Random random = new Random(Arrays.hashCode(stream));
        return of(stream, scan, () -> 1 + random.nextInt(40));
    }

    /** How it is told apart: the lengths of all messages, and the end. */
    List<String> outcome() {
        List<String> outcome = new ArrayList<>();
        messages.forEach(message -> outcome.add(message.head.length()
                + (message.complete ? "+" + message.content.length() : "+ content that has not ended")));
        outcome.add(end);
        return outcome;
    }

    private static Followed of(byte[] stream, Scan scan, IntSupplier sizes) {
        List<Message> messages = new ArrayList<>();
        StringBuilder passed = new StringBuilder();
        ByteBuf in = Unpooled.buffer(stream.length);
        String head = "";
        StringBuilder content = new StringBuilder();
        boolean inContent = false;
        int at = 0;
        while (at < stream.length) {
            int size = Math.min(sizes.getAsInt(), stream.length - at);
            in.writeBytes(stream, at, size);
            at += size;
            while (in.isReadable()) {
                if (scan.isAtHead()) {
                    int length = scan.head(in);
                    if (length == MessageScan.REFUSED) {
                        return new Followed(
                                messages, passed.toString(), scan.fault().token());
                    }
                    if (length == MessageScan.INCOMPLETE) {
                        break;
                    }
                    head = in.readCharSequence(length, StandardCharsets.ISO_8859_1)
                            .toString();
                    passed.append(head);
                    content.setLength(0);
                    inContent = true;
                }
                int from = in.readerIndex();
                int to = scan.body(in, from);
                if (to == MessageScan.REFUSED) {
                    messages.add(new Message(head, content.toString(), false));
                    return new Followed(
                            messages, passed.toString(), scan.fault().token());
                }
                CharSequence piece = in.readCharSequence(to - from, StandardCharsets.ISO_8859_1);
                passed.append(piece);
                content.append(piece);
                if (scan.isAtHead()) {
                    messages.add(new Message(head, content.toString(), true));
                    inContent = false;
                }
            }
        }
        if (inContent) {
            messages.add(new Message(head, content.toString(), false));
        }
        return new Followed(messages, passed.toString(), "open");
    }
}
