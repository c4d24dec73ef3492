package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisServerTest {
    @ParameterizedTest
    @CsvSource({
        "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64, true",
        "Redis server v=6.2.6 sha=00000000:0, true",
        "Redis server v=6.0.16 sha=00000000:0, false",
        "Redis server v=5.0.14 sha=00000000:0, false",
        "Redis server v=10.0.0 sha=00000000:0, true",
        "not a redis, false",
    })
    void takesSixPointTwoAndNewer(String said, boolean newEnough) {
        assertThat(RedisServer.isNewEnough(said)).isEqualTo(newEnough);
    }

    @Test
    void keepsThePasswordOffTheCommandLine(@TempDir Path directory) throws Exception {
        try (StateDirectory state = StateDirectory.open(directory)) {
            List<String> command = RedisServer.command(state, 20_999, "open sesame");
            assertThat(command).noneMatch(word -> word.contains("sesame"));
            assertThat(directory.resolve("redis.conf"))
                    .content()
                    .contains(
                            "requirepass open sesame", "maxmemory-policy volatile-lfu", "save \"\"", "bind 127.0.0.1");
        }
    }
}
