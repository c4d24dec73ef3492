package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What a process is sent by its pid. */
enum Signal {
    TERM,
    KILL,
    STOP,
    CONT;

    void to(long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                .redirectErrorStream(true)
                .start();
        assertThat(kill.waitFor(5, TimeUnit.SECONDS)).as("kill ended").isTrue();
        String said = new String(kill.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(kill.exitValue()).as("kill -%s %d: %s", name(), pid, said).isZero();
    }
}
