package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import java.util.Optional;

/** Single values as settings write them: each written again is the same value. */
class ValuesFuzzTest {
    @FuzzTest
    void values(byte[] data) {
        String text = Texts.utf8(data);
        ByteSize.parse(text).ifPresent(size -> {
            assertThat(size.bytes()).isNotNegative();
            assertThat(ByteSize.parse(size.toString())).contains(size);
        });
        DurationText.parse(text).ifPresent(duration -> {
            assertThat(duration.isNegative()).isFalse();
            assertThat(DurationText.parse(DurationText.of(duration)).orElse(duration))
                    .isEqualTo(duration);
        });
        HostPort.parse(text).ifPresent(address -> {
            assertThat(HostPort.parse(address.toString())).contains(address);
            assertThat(address.host()).matches("[A-Za-z0-9._:-]+");
        });
        Optional<Cidr> network = Cidr.parse(text);
        Optional<Cidr> nearest = Cidr.nearest(text);
        if (network.isPresent()) {
            assertThat(nearest).isEqualTo(network);
            assertThat(network.get().contains(network.get().network())).isTrue();
        }
        nearest.ifPresent(meant -> assertThat(Cidr.parse(meant.toString())).contains(meant));
    }
}
