package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;

/** Hosts, addresses, ports and media types as rules name them. */
class HostsFuzzTest {
    @FuzzTest
    void hosts(byte[] data) {
        String text = Texts.utf8(data);
        HostName.parse(text).ifPresent(name -> {
            assertThat(HostName.parse(name)).contains(name);
            assertThat(HostName.parse(name + (name.indexOf(':') < 0 ? "." : "")))
                    .contains(name);
            assertThat(RequestFacts.canonicalHost(name)).isEqualTo(name);
            assertThat(name).matches("[a-z0-9._:-]+");
        });
        IpAddress.parse(text)
                .ifPresent(address ->
                        assertThat(IpAddress.parse(address.toString())).contains(address));
        PortRange.parse(text)
                .ifPresent(range -> assertThat(range.contains(range.first())).isTrue());
        MediaPattern.parse(text)
                .ifPresent(pattern -> assertThat(
                                pattern.matches(pattern.text().endsWith("/") ? pattern.text() + "x" : pattern.text()))
                        .isTrue());
    }
}
