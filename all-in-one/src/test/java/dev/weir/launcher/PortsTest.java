package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    @TempDir
    Path directory;

    @Test
    void comeBackUnderTheirNames() throws Exception {
        int first;
        int second;
        try (StateDirectory state = StateDirectory.open(directory)) {
            Ports ports = new Ports(state, new Random(1));
            first = ports.of("a");
            second = ports.of("b");
            ports.save();
        }
        assertThat(first).isNotEqualTo(second).isBetween(20_000, 32_000);
        try (StateDirectory state = StateDirectory.open(directory)) {
            Ports again = new Ports(state, new Random(2));
            assertThat(again.of("b")).isEqualTo(second);
            assertThat(again.of("a")).isEqualTo(first);
        }
    }

    @Test
    void replacesOneThatSomebodyTook() throws Exception {
        try (StateDirectory state = StateDirectory.open(directory)) {
            Ports ports = new Ports(state, new Random(3));
            int before = ports.of("a");
            ports.save();
            try (ServerSocket taken = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
                assertThat(new Ports(state, new Random(4)).of("a")).isNotEqualTo(taken.getLocalPort());
            }
        }
    }

    @Test
    void survivesADamagedFile() throws Exception {
        try (StateDirectory state = StateDirectory.open(directory)) {
            Files.writeString(directory.resolve("ports.properties"), "a=elephant\nb=-1\nc=99999\n");
            assertThat(new Ports(state, new Random(5)).of("a")).isBetween(20_000, 32_000);
        }
    }
}
