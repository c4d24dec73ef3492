package dev.weir.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.settings.Interpolation;
import dev.weir.settings.SettingsException;
import java.util.Optional;

/** {@code weir.yaml}, and values that only it has. */
class ConfigurationFuzzTest {
    private static final WeirConfigReader READER =
            WeirConfigReader.of(new Interpolation(name -> Optional.of("8080"), path -> "secret\n"));

    @FuzzTest
    void files(byte[] data) {
        String text = Texts.utf8(data);
        values(text);
        try {
            WeirConfig config = READER.read("weir.yaml", text);
            assertThat(READER.read("weir.yaml", text)).isEqualTo(config);
        } catch (SettingsException told) {
            assertThat(told.problems()).isNotEmpty();
        }
    }

    private static void values(String text) {
        Target.parse(text).ifPresent(target -> {
            assertThat(Target.parse(target.toString())).contains(target);
            assertThat(Target.parse((target.tls() ? "https://" : "http://") + target.authority()))
                    .contains(target);
        });
        PortRange.parse(text)
                .ifPresent(
                        range -> assertThat(PortRange.parse(range.toString())).contains(range));
    }
}
