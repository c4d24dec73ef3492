package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessLineTest {
    private final ProcessLine line = new ProcessLine(
            List.of(
                    new ProcessLine.Running("redis", 7, Optional.empty(), Optional.empty(), Optional.empty()),
                    new ProcessLine.Running(
                            "edge-proxy-1",
                            8,
                            Optional.of("127.0.0.1:20001"),
                            Optional.of("127.0.0.1:20002"),
                            Optional.empty())),
            Path.of("/tmp/state"));

    @Test
    void isOneLineWithNullForWhatAProcessDoesNotOpen() {
        assertThat(line.json())
                .isEqualTo("{\"processes\":["
                        + "{\"name\":\"redis\",\"pid\":7,\"reverse\":null,\"forward\":null,\"admin\":null},"
                        + "{\"name\":\"edge-proxy-1\",\"pid\":8,\"reverse\":\"127.0.0.1:20001\","
                        + "\"forward\":\"127.0.0.1:20002\",\"admin\":null}],"
                        + "\"state\":\"/tmp/state\"}");
    }

    @Test
    void isATableForPeople() {
        assertThat(line.table()).contains("edge-proxy-1", "reverse http://127.0.0.1:20001", "/tmp/state");
    }
}
