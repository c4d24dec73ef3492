package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SupervisorTest {
    private static final Supervisor.Times TIMES =
            new Supervisor.Times(Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofSeconds(20));
    private static final String FOREVER = "exec sleep 1000";

    @TempDir
    Path directory;

    private final BlockingQueue<List<ProcessLine.Running>> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private Guard guard;

    @BeforeEach
    void startGuard() throws Exception {
        guard = Guard.start();
    }

    @AfterEach
    void endGuard() throws Exception {
        guard.close();
    }

    @Test
    void tellsWhenAllAreReadyAndEndsThem() throws Exception {
        Supervisor supervisor = supervisor(plan("one", FOREVER, 0), plan("two", FOREVER, 1));
        supervisor.start();
        List<ProcessLine.Running> running = take();
        assertThat(running).extracting(ProcessLine.Running::name).containsExactly("one", "two");
        assertThat(running).allMatch(process -> isAlive(process.pid()));
        supervisor.stop();
        assertThat(running).noneMatch(process -> isAlive(process.pid()));
    }

    @Test
    void startsOneThatDiedAgainAndTellsAnew() throws Exception {
        Supervisor supervisor = supervisor(plan("one", FOREVER, 0), plan("two", FOREVER, 0));
        supervisor.start();
        List<ProcessLine.Running> before = take();
        kill("KILL", before.get(0).pid());
        List<ProcessLine.Running> after = take();
        assertThat(after.get(0).pid()).isNotEqualTo(before.get(0).pid());
        assertThat(after.get(1)).isEqualTo(before.get(1));
        assertThat(news.take()).contains("one").contains("137");
        supervisor.stop();
    }

    @Test
    void leavesAStoppedOneAloneAndEndsItAllTheSame() throws Exception {
        Supervisor supervisor = supervisor(plan("stopped", FOREVER, 0), plan("dying", FOREVER, 0));
        supervisor.start();
        List<ProcessLine.Running> before = take();
        kill("STOP", before.get(0).pid());
        kill("KILL", before.get(1).pid());
        List<ProcessLine.Running> after = take();
        assertThat(after.get(0)).isEqualTo(before.get(0));
        supervisor.stop();
        assertThat(after).noneMatch(process -> isAlive(process.pid()));
    }

    @Test
    void endsOneThatDoesNotListen() throws Exception {
        Supervisor supervisor = supervisor(plan("deaf", "trap '' TERM; touch ready; while :; do sleep 1; done", 0));
        supervisor.start();
        List<ProcessLine.Running> running = take();
        supervisor.stop();
        assertThat(ProcessHandle.of(running.get(0).pid())
                        .map(handle -> handle.onExit().join()))
                .matches(gone -> gone.isEmpty() || !gone.get().isAlive());
    }

    @Test
    void givesUpOnAConfigurationThatIsRefused() throws Exception {
        Supervisor supervisor = supervisor(plan("wrong", "echo weir.yaml:1:1: no such word; exit 2", 0));
        assertThatThrownBy(supervisor::start)
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("weir.yaml:1:1: no such word")
                .extracting(failure -> ((CommandFailure) failure).exitCode())
                .isEqualTo(2);
        supervisor.stop();
    }

    @Test
    void theGuardEndsThemWhenTheirParentIsGone() throws Exception {
        Process orphan = new ProcessBuilder("sh", "-c", FOREVER).start();
        Process ended = new ProcessBuilder("true").start();
        guard.watch(orphan.pid());
        guard.watch(ended.pid());
        guard.forget(ended.pid());
        kill("STOP", orphan.pid());
        guard.close(); // what the end of this process would do to the pipe
        assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private Supervisor supervisor(ProcessPlan... plans) {
        return new Supervisor(List.of(plans), guard, TIMES, told::add, news::add);
    }

    /** Ready as soon as the log exists. */
    private ProcessPlan plan(String name, String script, int stage) {
        Path log = directory.resolve(name + ".log");
        return new ProcessPlan(
                name,
                List.of("sh", "-c", "cd '" + directory + "'; " + script),
                log,
                () -> Files.exists(log) && !name.equals("wrong"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                stage);
    }

    private List<ProcessLine.Running> take() throws InterruptedException {
        List<ProcessLine.Running> running = told.poll(20, TimeUnit.SECONDS);
        assertThat(running).isNotNull();
        return running;
    }

    private static void kill(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }
}
