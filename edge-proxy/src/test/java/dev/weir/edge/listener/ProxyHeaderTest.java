package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";
    private static final String IPV4 = "C0000207" + "0A000001" + "1F90" + "01BB";
    private static final String IPV6 =
            "20010DB8000000000000000000000001" + "20010DB8000000000000000000000002" + "1F9001BB";
    private static final String MAPPED =
            "00000000000000000000FFFFC0000207" + "00000000000000000000FFFF0A000001" + "1F9001BB";

    private static String judged(byte[] octets) {
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        ProxyHeader header = ProxyHeader.of(in);
        assertThat(in.readerIndex()).isZero();
        if (header instanceof ProxyHeader.Refused refused) {
            return refused.why().substring("proxy-header-".length());
        }
        if (header instanceof ProxyHeader.Read read) {
            Optional<InetSocketAddress> source = read.source();
            return read.length() + " "
                    + source.map(s -> s.getAddress().getHostAddress() + " " + s.getPort())
                            .orElse("-");
        }
        return "incomplete";
    }

    private static byte[] ascii(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\\r\\n|40 192.0.2.7 8080
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\\r\\nGET / HTTP/1.1|40 192.0.2.7 8080
            PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\\r\\n|56 255.255.255.255 65535
            PROXY TCP4 192.0.2.7 10.0.0.1 0 443\\r\\n|37 192.0.2.7 0
            PROXY TCP6 2001:db8::1 ::1 1 2\\r\\n|32 2001:db8:0:0:0:0:0:1 1
            PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\\r\\n|37 192.0.2.7 1
            PROXY UNKNOWN\\r\\n|15 -
            PROXY UNKNOWN ffff::1 whatever 65535\\r\\n|38 -
            P|incomplete
            PROXY|incomplete
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\\r|incomplete
            PROXY UNKNOWN|incomplete
            GET / HTTP/1.1\\r\\n|missing
            PROXI|missing
            PROXY\\r\\n|missing
            proxy TCP4 192.0.2.7 10.0.0.1 8080 443\\r\\n|missing
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\\rx|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443 \\r\\n|malformed
            PROXY TCP4  192.0.2.7 10.0.0.1 8080 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 8080\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 8080 443 1\\r\\n|malformed
            PROXY TCP4 192.0.2.07 10.0.0.1 8080 443\\r\\n|malformed
            PROXY TCP4 192.0.2 10.0.0.1 8080 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 host 8080 443\\r\\n|malformed
            PROXY TCP4 ::1 ::1 8080 443\\r\\n|malformed
            PROXY TCP6 192.0.2.7 10.0.0.1 8080 443\\r\\n|malformed
            PROXY TCP6 fe80::1%eth0 ::1 1 2\\r\\n|malformed
            PROXY TCP6 [::1] ::1 1 2\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 65536 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 +80 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 -1 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 080 443\\r\\n|malformed
            PROXY TCP4 192.0.2.7 10.0.0.1 80 x\\r\\n|malformed
            PROXY UDP4 192.0.2.7 10.0.0.1 80 443\\r\\n|malformed
            PROXY tcp4 192.0.2.7 10.0.0.1 80 443\\r\\n|malformed
            PROXY UNKNOWNX\\r\\n|malformed
            PROXY UNKNOWN \\0\\r\\n|malformed
            PROXY\\tTCP4 192.0.2.7 10.0.0.1 80 443\\r\\n|missing
            PROXY TCP4\\t192.0.2.7 10.0.0.1 80 443\\r\\n|malformed
            """)
    void readsVersion1(String octets, String expected) {
        assertThat(judged(ascii(octets))).isEqualTo(expected);
    }

    @Test
    void version1HasItsLength() {
        String longest = "PROXY UNKNOWN " + "x".repeat(91) + "\r\n";
        assertThat(longest).hasSize(ProxyHeader.LONGEST_TEXT);
        assertThat(judged(ascii(longest))).isEqualTo("107 -");
        assertThat(judged(ascii("PROXY UNKNOWN " + "x".repeat(92) + "\r\n"))).isEqualTo("malformed");
        assertThat(judged(ascii("PROXY UNKNOWN " + "x".repeat(93) + "\r\n"))).isEqualTo("too-long");
        assertThat(judged(ascii("PROXY UNKNOWN " + "x".repeat(92)))).isEqualTo("incomplete");
        assertThat(judged(ascii("PROXY UNKNOWN " + "x".repeat(60_000)))).isEqualTo("too-long");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # command, family, length | rest                          | expected
            21 11 000C | IPV4                                          | 28 192.0.2.7 8080
            21 11 000C | IPV4 474554                                   | 28 192.0.2.7 8080
            21 21 0024 | IPV6                                          | 52 2001:db8:0:0:0:0:0:1 8080
            21 21 0024 | MAPPED                                        | 52 192.0.2.7 8080
            20 00 0000 | ''                                            | 16 -
            20 11 000C | IPV4                                          | 28 -
            20 FF 0002 | FFFF                                          | 18 -
            21 00 0000 | ''                                            | 16 -
            21 00 0003 | 040000                                        | 19 -
            21 11 000F | IPV4 040000                                   | 31 192.0.2.7 8080
            21 11 0013 | IPV4 01 0004 68322D31                         | 35 192.0.2.7 8080
            21 11 0016 | IPV4 040000 01 0004 68322D31                  | 38 192.0.2.7 8080
            21 11 000C | C0000207                                      | incomplete
            21 11 0013 | IPV4 01 0004 6832                             | incomplete
            21 11 00   | ''                                            | incomplete
            11 11 000C | IPV4                                          | malformed
            22 11 000C | IPV4                                          | malformed
            2F 11 000C | IPV4                                          | malformed
            31 11 000C | IPV4                                          | malformed
            01 11 000C | IPV4                                          | malformed
            FF 11 000C | IPV4                                          | malformed
            21 11 000B | IPV4                                          | malformed
            21 21 000C | IPV4                                          | malformed
            21 11 000D | IPV4 00                                       | malformed
            21 11 000F | IPV4 040001                                   | malformed
            21 11 0013 | IPV4 01 0005 68322D31                         | malformed
            21 11 0013 | IPV4 03 0004 00000000                         | malformed
            21 11 0011 | IPV4 03 0002 0000                             | malformed
            21 12 000C | IPV4                                          | family
            21 22 0024 | IPV6                                          | family
            21 31 0000 | ''                                            | family
            21 13 000C | IPV4                                          | family
            21 41 000C | IPV4                                          | family
            21 01 000C | IPV4                                          | family
            21 11 1001 | IPV4                                          | too-long
            21 11 FFFF | IPV4                                          | too-long
            20 00 FFFF | ''                                            | too-long
            """)
    void readsVersion2(String fixed, String rest, String expected) {
        String more = rest.replace("IPV4", IPV4).replace("IPV6", IPV6).replace("MAPPED", MAPPED);
        assertThat(judged(hex(SIGNATURE + fixed + more))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0D0A0D0B, missing", "0D0A0D0A000D0A515549540B, missing", "0D0A, incomplete", "00, missing"})
    void knowsTheSignature(String octets, String expected) {
        assertThat(judged(hex(octets))).isEqualTo(expected);
    }

    @Test
    void aChecksumThatIsRightIsRight() {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(hex(SIGNATURE + "21110013" + IPV4 + "03000400000000"));
        byte[] octets = header.toByteArray();
        CRC32C sum = new CRC32C();
        sum.update(octets, 0, octets.length);
        for (int i = 0; i < 4; i++) {
            octets[octets.length - 4 + i] = (byte) (sum.getValue() >> (24 - 8 * i));
        }
        assertThat(judged(octets)).isEqualTo("35 192.0.2.7 8080");
    }

    @Test
    void everyBeginningOfAHeaderIsIncomplete() {
        for (byte[] whole : new byte[][] {
            ascii("PROXY TCP4 192.0.2.7 10.0.0.1 8080 443\r\n"), hex(SIGNATURE + "21110013" + IPV4 + "01000468322D31")
        }) {
            for (int length = 1; length < whole.length; length++) {
                assertThat(judged(java.util.Arrays.copyOf(whole, length))).isEqualTo("incomplete");
            }
        }
    }
}
