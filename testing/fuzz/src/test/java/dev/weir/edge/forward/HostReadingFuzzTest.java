package dev.weir.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.http.Authority;
import dev.weir.http.IpLiteral;
import java.util.Locale;

/** Hosts of destinations: an address, a name, or nothing; never one for one reader and another for the next. */
class HostReadingFuzzTest {
    @FuzzTest
    void hosts(byte[] data) {
        String text = Texts.utf8(data);
        HostReading reading = HostReading.of(text);
        if (reading instanceof HostReading.Literal literal) {
            String written = IpLiteral.format(literal.address());
            assertThat(HostReading.of(written)).isEqualTo(reading);
            assertThat(text).matches("[0-9a-fA-F:.\\[\\]]+");
        } else if (reading instanceof HostReading.Name name) {
            assertThat(HostReading.of(name.name())).isEqualTo(reading);
            assertThat(name.name()).matches("[a-z0-9._-]+").doesNotEndWith(".");
            assertThat(text.toLowerCase(Locale.ROOT)).startsWith(name.name());
            assertThat(Authority.parse(name.name()).map(Authority::isAddress)).contains(false);
        }
        Authority.parse(text)
                .filter(authority -> authority.port() == Authority.NO_PORT)
                .ifPresent(authority -> {
                    // What is an address to one is to the other: rules see the one, the other is dialled.
                    assertThat(HostReading.of(authority.host()) instanceof HostReading.Literal)
                            .isEqualTo(authority.isAddress());
                    assertThat(HostReading.of(authority.dialHost()) instanceof HostReading.Literal)
                            .isEqualTo(authority.isAddress());
                });
    }
}
