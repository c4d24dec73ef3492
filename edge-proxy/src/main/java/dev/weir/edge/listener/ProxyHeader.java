package dev.weir.edge.listener;

import dev.weir.http.IpLiteral;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a balancer says of a connection before its first octet (PROXY protocol, versions 1 and 2): read to the letter,
 * since who the client is follows from it. What stands in no version's grammar, and what names a family that is no TCP
 * over IP, is refused.
 */
sealed interface ProxyHeader {
    /** Of version 1, with its CR LF. */
    int LONGEST_TEXT = 107;

    /** Of the part of version 2 that its length counts: addresses and what is told beside them. */
    int LONGEST_BINARY = 4096;

    /** More octets are needed. */
    record Incomplete() implements ProxyHeader {}

    /**
     * This is no header.
     *
     * @param why the one word for log and counter
     */
    record Refused(String why) implements ProxyHeader {}

    /**
     * A whole header.
     *
     * @param length of the header
     * @param source the client; empty if the balancer speaks for itself (LOCAL) or doesn't know (UNKNOWN, UNSPEC)
     */
    record Read(int length, Optional<InetSocketAddress> source) implements ProxyHeader {}

    /** What the readable octets of {@code in} begin with; takes none of them. */
    static ProxyHeader of(ByteBuf in) {
        return in.getByte(in.readerIndex()) == Grammar.SIGNATURE[0] ? Grammar.binary(in) : Grammar.text(in);
    }

    /** The two versions. */
    final class Grammar {
        private static final byte[] SIGNATURE = {'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
        private static final byte[] WORD = {'P', 'R', 'O', 'X', 'Y', ' '};
        private static final int FIXED = 16;
        private static final int VERSION_AND_COMMAND = 12;
        private static final int FAMILY = 13;
        private static final int LENGTH = 14;
        private static final int CRC32C_TYPE = 3;
        private static final ProxyHeader INCOMPLETE = new Incomplete();

        private Grammar() {}

        private static ProxyHeader text(ByteBuf in) {
            int from = in.readerIndex();
            int readable = in.readableBytes();
            if (!beginsWith(in, WORD)) {
                return new Refused("proxy-header-missing");
            }
            for (int i = WORD.length; i < Math.min(readable, LONGEST_TEXT); i++) {
                int octet = in.getByte(from + i);
                if (octet == '\r') {
                    if (i + 1 == readable) {
                        return i + 1 < LONGEST_TEXT ? INCOMPLETE : malformed();
                    }
                    if (i + 1 == LONGEST_TEXT || in.getByte(from + i + 1) != '\n') {
                        return malformed();
                    }
                    String line = in.toString(from + WORD.length, i - WORD.length, StandardCharsets.US_ASCII);
                    return line(line, i + 2);
                }
                if (octet < ' ' || octet > '~') {
                    return malformed();
                }
            }
            return readable < LONGEST_TEXT ? INCOMPLETE : new Refused("proxy-header-too-long");
        }

        private static ProxyHeader line(String line, int length) {
            if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
                return new Read(length, Optional.empty());
            }
            String[] parts = line.split(" ", -1);
            boolean ipv6 = parts[0].equals("TCP6");
            if (parts.length != 5 || (!ipv6 && !parts[0].equals("TCP4"))) {
                return malformed();
            }
            Optional<InetAddress> source = address(parts[1], ipv6);
            Optional<InetAddress> destination = address(parts[2], ipv6);
            int port = port(parts[3]);
            if (source.isEmpty() || destination.isEmpty() || port < 0 || port(parts[4]) < 0) {
                return malformed();
            }
            return new Read(length, Optional.of(new InetSocketAddress(source.get(), port)));
        }

        private static Optional<InetAddress> address(String text, boolean ipv6) {
            return text.indexOf(':') >= 0 == ipv6 ? IpLiteral.parse(text) : Optional.empty();
        }

        /** The port, or -1: digits without a leading zero. */
        private static int port(String text) {
            if (text.isEmpty() || text.length() > 5 || (text.charAt(0) == '0' && text.length() > 1)) {
                return -1;
            }
            int port = 0;
            for (int i = 0; i < text.length(); i++) {
                int digit = text.charAt(i) - '0';
                if (digit < 0 || digit > 9) {
                    return -1;
                }
                port = port * 10 + digit;
            }
            return port > 65_535 ? -1 : port;
        }

        private static ProxyHeader binary(ByteBuf in) {
            int from = in.readerIndex();
            int readable = in.readableBytes();
            if (!beginsWith(in, SIGNATURE)) {
                return new Refused("proxy-header-missing");
            }
            if (readable > VERSION_AND_COMMAND) {
                int command = in.getUnsignedByte(from + VERSION_AND_COMMAND);
                if (command != 0x20 && command != 0x21) {
                    return malformed();
                }
            }
            if (readable < FIXED) {
                return INCOMPLETE;
            }
            int length = in.getUnsignedShort(from + LENGTH);
            if (length > LONGEST_BINARY) {
                return new Refused("proxy-header-too-long");
            }
            if (readable < FIXED + length) {
                return INCOMPLETE;
            }
            if (in.getUnsignedByte(from + VERSION_AND_COMMAND) == 0x20) {
                return new Read(FIXED + length, Optional.empty());
            }
            int family = in.getUnsignedByte(from + FAMILY);
            if (family == 0) {
                return new Read(FIXED + length, Optional.empty());
            }
            if (family != 0x11 && family != 0x21) {
                return new Refused("proxy-header-family");
            }
            int octets = family == 0x11 ? 4 : 16;
            int addresses = 2 * octets + 4;
            if (length < addresses || !isFilled(in, from, FIXED + addresses, FIXED + length)) {
                return malformed();
            }
            return new Read(FIXED + length, Optional.of(source(in, from + FIXED, octets)));
        }

        private static InetSocketAddress source(ByteBuf in, int at, int octets) {
            byte[] address = new byte[octets];
            in.getBytes(at, address);
            try {
                return new InetSocketAddress(InetAddress.getByAddress(address), in.getUnsignedShort(at + 2 * octets));
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException("address: " + octets + " octets (expected: 4 or 16)", impossible);
            }
        }

        /** Whether what is told beside the addresses fills the header exactly, and its checksum, if any, is right. */
        private static boolean isFilled(ByteBuf in, int from, int first, int end) {
            int at = first;
            while (at < end) {
                if (end - at < 3) {
                    return false;
                }
                int type = in.getUnsignedByte(from + at);
                int length = in.getUnsignedShort(from + at + 1);
                if (length > end - at - 3) {
                    return false;
                }
                if (type == CRC32C_TYPE && (length != 4 || !isChecked(in, from, at + 3, end))) {
                    return false;
                }
                at += 3 + length;
            }
            return true;
        }

        /** The checksum counts itself as four zeros. */
        private static boolean isChecked(ByteBuf in, int from, int at, int end) {
            byte[] header = new byte[end];
            in.getBytes(from, header);
            int said = in.getInt(from + at);
            for (int i = 0; i < 4; i++) {
                header[at + i] = 0;
            }
            CRC32C sum = new CRC32C();
            sum.update(header, 0, end);
            return (int) sum.getValue() == said;
        }

        /** Whether what has come is, as far as it goes, {@code beginning}. */
        private static boolean beginsWith(ByteBuf in, byte[] beginning) {
            for (int i = 0; i < Math.min(beginning.length, in.readableBytes()); i++) {
                if (in.getByte(in.readerIndex() + i) != beginning[i]) {
                    return false;
                }
            }
            return true;
        }

        private static ProxyHeader malformed() {
            return new Refused("proxy-header-malformed");
        }
    }
}
