package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.ForwardedFields.Hop;
import dev.weir.http.ForwardedFields.Source;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedFieldsTest {
    /** The peer is 10.0.0.1; 10/8 is trusted. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            X_FORWARDED_FOR # ''                                     # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7                              # 192.0.2.7
            X_FORWARDED_FOR # 198.51.100.1, 192.0.2.7                # 192.0.2.7
            X_FORWARDED_FOR # 192.0.2.7, 10.0.0.9                    # 192.0.2.7
            X_FORWARDED_FOR # 10.0.0.8, 10.0.0.9                     # 10.0.0.8
            X_FORWARDED_FOR # 192.0.2.7:1234                         # 192.0.2.7
            X_FORWARDED_FOR # 2001:db8::1                            # 2001:db8::1
            X_FORWARDED_FOR # [2001:db8::1]                          # 2001:db8::1
            X_FORWARDED_FOR # [2001:db8::1]:80                       # 2001:db8::1
            X_FORWARDED_FOR # ::ffff:192.0.2.7                       # 192.0.2.7
            X_FORWARDED_FOR # 192.0.2.7, unknown                     # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7, x, 10.0.0.9                 # 10.0.0.9
            X_FORWARDED_FOR # 192.0.2.7:x                            # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7:                             # 10.0.0.1
            X_FORWARDED_FOR # [192.0.2.7]                            # 10.0.0.1
            X_FORWARDED_FOR # [2001:db8::1                           # 10.0.0.1
            X_FORWARDED_FOR # [2001:db8::1]80                        # 10.0.0.1
            FORWARDED       # for=192.0.2.7                          # 192.0.2.7
            FORWARDED       # For="192.0.2.7:80";proto=http;by=10.0.0.9 # 192.0.2.7
            FORWARDED       # for="[2001:db8::1]:80", for=10.0.0.9   # 2001:db8::1
            FORWARDED       # for="[2001:db8::1]:_p"                 # 2001:db8::1
            FORWARDED       # for=192.0.2.7, for=_hidden             # 10.0.0.1
            FORWARDED       # for=192.0.2.7, for=unknown             # 10.0.0.1
            FORWARDED       # for=192.0.2.7, proto=http              # 10.0.0.1
            FORWARDED       # for=192.0.2.7;for=192.0.2.8            # 10.0.0.1
            FORWARDED       # host="a;for=192.0.2.8";for=192.0.2.7   # 192.0.2.7
            FORWARDED       # host="a, b";for=192.0.2.7              # 192.0.2.7
            """)
    void walksTrustedHopsFromTheRight(Source source, String value, String client) {
        String name = source == Source.FORWARDED ? "Forwarded" : "X-Forwarded-For";
        HeaderFields fields = HeaderFields.of(name, value);
        assertThat(IpLiteral.format(ForwardedFields.clientAddress(
                        fields, address("10.0.0.1"), source, ForwardedFieldsTest::trusted)))
                .isEqualTo(client);
    }

    @Test
    void aPeerThatIsntTrustedIsTheClient() {
        HeaderFields fields = HeaderFields.of("X-Forwarded-For", "192.0.2.7");
        assertThat(ForwardedFields.clientAddress(
                        fields, address("192.0.2.1"), Source.X_FORWARDED_FOR, ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.1"));
    }

    @Test
    void joinsLinesBeforeWalking() {
        HeaderFields fields = HeaderFields.of("X-Forwarded-For", "192.0.2.7", "x-forwarded-for", "10.0.0.9");
        assertThat(ForwardedFields.clientAddress(
                        fields, address("10.0.0.1"), Source.X_FORWARDED_FOR, ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.7"));
    }

    @Test
    void startsAnewForAStranger() {
        HeaderFields forged = HeaderFields.of(
                "X-Forwarded-For",
                "1.2.3.4",
                "X-Forwarded-Proto",
                "ftp",
                "Forwarded",
                "for=1.2.3.4",
                "X-Real-IP",
                "1.2.3.4",
                "a",
                "1");
        assertThat(ForwardedFields.disclose(forged, new Hop(address("192.0.2.1"), "https", "a.example:81"), false))
                .isEqualTo(HeaderFields.of(
                        "a", "1",
                        "X-Forwarded-For", "192.0.2.1",
                        "X-Forwarded-Proto", "https",
                        "X-Forwarded-Host", "a.example:81",
                        "Forwarded", "for=192.0.2.1;host=\"a.example:81\";proto=https"));
    }

    @Test
    void appendsBehindATrustedHop() {
        HeaderFields fields = HeaderFields.of(
                "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https", "Forwarded", "for=192.0.2.7");
        assertThat(ForwardedFields.disclose(fields, new Hop(address("2001:db8:0:0:0::1"), "http", "a"), true))
                .isEqualTo(HeaderFields.of(
                        "X-Forwarded-Proto", "https",
                        "X-Forwarded-For", "192.0.2.7, 2001:db8::1",
                        "X-Forwarded-Host", "a",
                        "Forwarded", "for=192.0.2.7, for=\"[2001:db8::1]\";host=a;proto=http"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Forwarded, true
            x-forwarded-port, true
            X-Real-IP, true
            True-Client-IP, true
            X-Forward, false
            Cookie, false
            Content-Type, false
            """)
    void knowsWhatNamesTheClient(String name, boolean expected) {
        assertThat(ForwardedFields.namesClient(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            5952 §4.1,   2001:0db8::0001,           2001:db8::1
            5952 §4.2.2, 2001:db8:0:1:1:1:1:1,      2001:db8:0:1:1:1:1:1
            5952 §4.2.3, 2001:0:0:1:0:0:0:1,        2001:0:0:1::1
            5952 §4.2.3, 2001:db8:0:0:1:0:0:1,      2001:db8::1:0:0:1
            5952 §4,     0:0:0:0:0:0:0:0,           ::
            5952 §4,     1:0:0:0:0:0:0:0,           1::
            5952 §4,     ::1,                       ::1
            """)
    void writesAddresses(String rfc, String text, String expected) {
        assertThat(IpLiteral.format(address(text))).as(rfc).isEqualTo(expected);
    }

    private static boolean trusted(InetAddress address) {
        return address.getAddress()[0] == 10;
    }

    private static InetAddress address(String text) {
        return IpLiteral.parse(text).orElseThrow();
    }
}
