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
            X_FORWARDED_FOR # [2001:db8::1]:99999                    # 2001:db8::1
            X_FORWARDED_FOR # [2001:db8::1]:999999                   # 10.0.0.1
            X_FORWARDED_FOR # [::ffff:192.0.2.7]:80                  # 192.0.2.7
            X_FORWARDED_FOR # ::ffff:10.0.0.8, ::ffff:10.0.0.9       # 10.0.0.8
            X_FORWARDED_FOR # fe80::1%eth0                           # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.07                             # 10.0.0.1
            X_FORWARDED_FOR # 0xC0.0.2.7                             # 10.0.0.1
            X_FORWARDED_FOR # 3221225991                             # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7.                             # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.256                            # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7 192.0.2.8                    # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7;192.0.2.8                    # 10.0.0.1
            X_FORWARDED_FOR # localhost                              # 10.0.0.1
            X_FORWARDED_FOR # _hidden                                # 10.0.0.1
            X_FORWARDED_FOR # -                                      # 10.0.0.1
            X_FORWARDED_FOR # '"192.0.2.7"'                          # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7, , 10.0.0.9,                 # 192.0.2.7
            X_FORWARDED_FOR # ',,'                                   # 10.0.0.1
            X_FORWARDED_FOR # 192.0.2.7,192.0.2.7                    # 192.0.2.7
            X_FORWARDED_FOR # 1.1.1.1, 2.2.2.2, 192.0.2.7, 10.0.0.8, 10.0.0.9 # 192.0.2.7
            X_FORWARDED_FOR # '", 192.0.2.7'                         # 192.0.2.7
            X_FORWARDED_FOR # '"1.1.1.1, 192.0.2.7, 10.0.0.9'        # 192.0.2.7
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
            FORWARDED       # FOR="[::ffff:192.0.2.7]"               # 192.0.2.7
            FORWARDED       # for=[2001:db8::1]                      # 2001:db8::1
            FORWARDED       # for=2001:db8::1                        # 2001:db8::1
            FORWARDED       # for=                                   # 10.0.0.1
            FORWARDED       # for                                    # 10.0.0.1
            FORWARDED       # for=1.1.1.1 , for=192.0.2.7 ;by=x      # 192.0.2.7
            FORWARDED       # for=", for=192.0.2.7                   # 192.0.2.7
            FORWARDED       # for="1.1.1.1, for=192.0.2.7            # 192.0.2.7
            FORWARDED       # 'for="\\", for="[2001:db8::1]"'        # 2001:db8::1
            FORWARDED       # '"for=192.0.2.7"'                      # 10.0.0.1
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
        assertThat(ForwardedFields.disclose(forged, hop("192.0.2.1", "192.0.2.1", "https", "a.example:81"), false))
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
                "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https", "Forwarded", "for=192.0.2.7;proto=https");
        assertThat(disclosed(fields, "192.0.2.7"))
                .isEqualTo(HeaderFields.of(
                        "X-Forwarded-For", "192.0.2.7, 2001:db8::1",
                        "X-Forwarded-Proto", "https",
                        "X-Forwarded-Host", "a",
                        "Forwarded", "for=192.0.2.7;proto=https, for=\"[2001:db8::1]\";host=a;proto=https"));
    }

    @Test
    void forwardedAloneIsTheChain() {
        assertThat(disclosed(HeaderFields.of("Forwarded", "for=192.0.2.7"), "192.0.2.7"))
                .isEqualTo(HeaderFields.of(
                        "X-Forwarded-For", "192.0.2.7, 2001:db8::1",
                        "X-Forwarded-Proto", "https",
                        "X-Forwarded-Host", "a",
                        "Forwarded", "for=192.0.2.7, for=\"[2001:db8::1]\";host=a;proto=https"));
    }

    /** The trusted hop wrote X-Forwarded-For: 192.0.2.7 and let everything else pass. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # field          | what a client filled in           | what the origin gets
            Forwarded        | for=1.1.1.1;host=evil             | OWN
            Forwarded        | for=192.0.2.7;host=evil;proto=ftp | for=192.0.2.7, OWN
            Forwarded        | host=evil                         | OWN
            Forwarded        | for="                             | OWN
            Forwarded        | for=192.0.2.7;host="A";by=b       | for=192.0.2.7;host="A";by=b, OWN
            X-Forwarded-Host | front.example                     | front.example
            X-Forwarded-Host | a b                               | a
            X-Forwarded-Host | a, evil                           | a
            X-Real-IP        | 1.1.1.1                           | -
            X-Real-IP        | 192.0.2.7                         | 192.0.2.7
            CF-Connecting-IP | 1.1.1.1                           | -
            True-Client-IP   | x                                 | -
            X-Forwarded-Port | 443                               | 443
            """)
    void ofATrustedHopStaysWhatAgrees(String name, String value, String expected) {
        HeaderFields fields = HeaderFields.of("X-Forwarded-For", "192.0.2.7", name, value);
        assertThat(disclosed(fields, "192.0.2.7").combined(name).orElse("-"))
                .isEqualTo(expected.replace("OWN", "for=\"[2001:db8::1]\";host=a;proto=https"));
    }

    /** Who stands behind us walks Forwarded from the right, and trusts us, the peer 10.0.0.1 and all of 10/8. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # X-Forwarded-For    | Forwarded                                   | what stays of it
            203..0.2.1           | for="[2001:db8::1]:80", for=10.0.0.1        | for=10.0.0.1
            203..0.2.1           | for=10.0.0.1, for=1.1.1.1                   | ''
            192.0.2.7            | for=1.1.1.1, for=192.0.2.7                  | for=192.0.2.7
            192.0.2.7            | for=192.0.2.7, for=1.1.1.1                  | ''
            192.0.2.7            | for=192.0.2.7, for=_x                       | ''
            192.0.2.7, 10.0.0.9  | for=1.1.1.1, for=192.0.2.7, for=10.0.0.9    | for=192.0.2.7, for=10.0.0.9
            192.0.2.7, 10.0.0.9  | for=192.0.2.7, for=10.0.0.8                 | ''
            ''                   | for=1.1.1.1, for=192.0.2.7, for=10.0.0.9    | for=192.0.2.7, for=10.0.0.9
            ''                   | for=1.1.1.1, "x                             | ''
            ''                   | for=1.1.1.1, for=_hidden                    | ''
            """)
    void ofForwardedStaysNothingBeforeTheClient(String chain, String forwarded, String kept) {
        HeaderFields.Builder came = HeaderFields.builder();
        if (!chain.isEmpty()) {
            came.add("X-Forwarded-For", chain);
        }
        HeaderFields fields = came.add("Forwarded", forwarded).build();
        InetAddress peer = address("10.0.0.1");
        InetAddress client = ForwardedFields.clientAddress(fields, peer, ForwardedFieldsTest::trusted);
        String told = ForwardedFields.disclose(fields, new Hop(peer, client, "http", "a"), true)
                .combined("Forwarded")
                .orElseThrow();
        assertThat(told).isEqualTo((kept.isEmpty() ? "" : kept + ", ") + "for=10.0.0.1;host=a;proto=http");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https      | ''          | ''                 | https
            HTTP       | ''          | ''                 | http
            https,http | ''          | ''                 | -
            ftp        | ''          | ''                 | -
            ''         | ''          | proto=https        | https
            ''         | 192.0.2.7   | proto=https        | -
            ''         | ''          | proto=https, for=x | -
            ''         | ''          | for=x              | -
            """)
    void knowsTheSchemeByTheHopsWord(String proto, String chain, String forwarded, String expected) {
        HeaderFields.Builder fields = HeaderFields.builder();
        for (String[] field :
                new String[][] {{"X-Forwarded-Proto", proto}, {"X-Forwarded-For", chain}, {"Forwarded", forwarded}}) {
            if (!field[1].isEmpty()) {
                fields.add(field[0], field[1]);
            }
        }
        assertThat(ForwardedFields.scheme(fields.build()).orElse("-")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            X-Forwarded-Host  | a                           | false
            X-Forwarded-Host  | A                           | true
            Forwarded         | for=x;host=A                | true
            X-Forwarded-Proto | HTTP                        | true
            X-Forwarded-Host  | b                           | true
            X-Forwarded-Proto | http                        | false
            X-Forwarded-Proto | https                       | true
            Forwarded         | for=x;host=a;proto=http     | false
            Forwarded         | for=x, for=y;host="b"       | true
            Forwarded         | proto=https                 | true
            Forwarded         | for=x;HOST="a"              | false
            Forwarded         | host=b;host=a               | true
            Forwarded         | host =b                     | true
            Forwarded         | for="x, host=b              | true
            Forwarded         | for=_host7                  | true
            X-Original-Host   | a                           | false
            X-Original-Host   | b                           | true
            X-Original-Proto  | https                       | true
            X-Other           | b                           | false
            """)
    void tellsWhatTheKeyLacks(String name, String value, boolean other) {
        Authority authority = Authority.parse("a").orElseThrow();
        assertThat(!ForwardedFields.otherTarget(HeaderFields.of(name, value), "http", authority)
                        .isEmpty())
                .isEqualTo(other);
    }

    @Test
    void aFieldOf64KibIsWalkedInOneGo() {
        String hops = "10.0.0.9,".repeat(7_300);
        HeaderFields fields = HeaderFields.of("X-Forwarded-For", "192.0.2.7, " + hops);
        assertThat(ForwardedFields.clientAddress(fields, address("10.0.0.1"), ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.7"));
        HeaderFields quotes = HeaderFields.of("Forwarded", "for=\",".repeat(10_001) + "for=192.0.2.7");
        assertThat(ForwardedFields.clientAddress(quotes, address("10.0.0.1"), ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.7"));
    }

    @Test
    void xForwardedForGoesBeforeForwarded() {
        HeaderFields both = HeaderFields.of("Forwarded", "for=1.1.1.1", "X-Forwarded-For", "192.0.2.7");
        assertThat(ForwardedFields.clientAddress(both, address("10.0.0.1"), ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.7"));
        HeaderFields one = HeaderFields.of("Forwarded", "for=192.0.2.8");
        assertThat(ForwardedFields.clientAddress(one, address("10.0.0.1"), ForwardedFieldsTest::trusted))
                .isEqualTo(address("192.0.2.8"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Forwarded, true
            x-forwarded-port, true
            X-Real-IP, true
            True-Client-IP, true
            X-Forwarded, true
            Forwarded-For, true
            CF-Connecting-IP, true
            CF-IPCountry, true
            CF-Access-Client-Secret, false
            Fastly-Client-IP, true
            X-Client-IP, true
            X-Cluster-Client-IP, true
            X-ProxyUser-Ip, true
            WL-Proxy-Client-IP, true
            X-Original-Forwarded-For, true
            X-Envoy-External-Address, true
            Client-IP, true
            Host, false
            X-Request-Id, false
            Accept, false
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

    private static Hop hop(String peer, String client, String scheme, String host) {
        return new Hop(address(peer), address(client), scheme, host);
    }

    private static HeaderFields disclosed(HeaderFields fields, String client) {
        return ForwardedFields.disclose(fields, hop("2001:db8:0:0:0::1", client, "https", "a"), true);
    }

    private static boolean trusted(InetAddress address) {
        return address.getAddress()[0] == 10;
    }

    private static InetAddress address(String text) {
        return IpLiteral.parse(text).orElseThrow();
    }
}
