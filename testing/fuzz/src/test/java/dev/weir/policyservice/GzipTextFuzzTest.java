package dev.weir.policyservice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import java.io.IOException;
import java.util.Optional;

/** Compressed text from elsewhere: no larger than allowed, however it was packed. */
class GzipTextFuzzTest {
    private static final int MOST = 1 << 16;

    @FuzzTest
    void texts(byte[] data) {
        Optional<String> read = Bound.allocation(data.length, 2_000, () -> {
            try {
                return Optional.of(GzipText.read(data, MOST));
            } catch (IOException none) {
                return Optional.empty();
            }
        });
        assertThat(read.orElse("").length()).isLessThanOrEqualTo(MOST);
    }
}
