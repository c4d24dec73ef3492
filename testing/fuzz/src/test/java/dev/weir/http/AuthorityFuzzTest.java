package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Hosts, ports and addresses, read by the two readers we have and by the JDK. */
class AuthorityFuzzTest {
    @FuzzTest
    void authorities(byte[] data) {
        String text = Texts.octets(data);
        literals(text);
        Optional<Authority> read = Authority.parse(text);
        if (read.isEmpty()) {
            return;
        }
        Authority authority = read.get();
        assertThat(Authority.parse(authority.toString())).contains(authority);
        String withoutEmptyPort = text.endsWith(":") ? text.substring(0, text.length() - 1) : text;
        assertThat(authority.toString()).isEqualToIgnoringCase(withoutEmptyPort);
        assertThat(authority.host()).matches("[a-z0-9._~-]+|\\[[0-9a-f:.]+]");
        assertThat(authority.isAddress())
                .isEqualTo(IpLiteral.parse(authority.dialHost()).isPresent());
        for (String scheme : new String[] {"http", "https"}) {
            Authority usual = authority.withoutDefaultPort(scheme);
            assertThat(usual.withoutDefaultPort(scheme)).isEqualTo(usual);
            assertThat(usual.sameAs(authority, scheme)).isTrue();
        }
    }

    private static void literals(String text) {
        Optional<InetAddress> address = IpLiteral.parse(text);
        assertThat(dev.weir.settings.IpLiteral.parse(text)).isEqualTo(address);
        if (address.isEmpty()) {
            return;
        }
        assertThat(jdk(text)).isEqualTo(address.get());
        String written = IpLiteral.format(address.get());
        assertThat(IpLiteral.parse(written)).isEqualTo(address);
        assertThat(written).doesNotContain("::0:").hasSizeLessThan(40);
    }

    /** A text with a colon or of digits and dots alone is never asked of a resolver. */
    private static InetAddress jdk(String text) {
        assertThat(text).matches("[0-9a-fA-F:.]+");
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(text + " is no address to the JDK", e);
        }
    }
}
