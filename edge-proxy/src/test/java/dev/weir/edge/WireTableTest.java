package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.wire.Mode;
import dev.weir.testing.wire.Place;
import dev.weir.testing.wire.RecordingOrigin;
import dev.weir.testing.wire.RequestCase;
import dev.weir.testing.wire.RequestTable;
import dev.weir.testing.wire.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every line of the table of requests, sent to a whole edge: it becomes what the line states, and never something else. */
final class WireTableTest {
    private static final List<RequestCase> TABLE = RequestTable.read();

    @TempDir
    private static Path directory;

    private static RecordingOrigin origin;
    private static EdgeRig edge;
    private static Trial reverse;
    private static Trial forward;

    @BeforeAll
    static void open() throws IOException {
        origin = new RecordingOrigin(EdgeRig.freePort());
        edge = EdgeRig.with(directory, """
                routes: [{ host: "*", path: /, upstream: site }]
                upstreams: { site: { targets: ["http://127.0.0.1:%1$d"] } }
                forward: { ports: { connect: [443], plain: [%1$d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
                """.formatted(origin.port()));
        String via = Trial.viaName(origin, edge.reverse);
        reverse = new Trial(origin, new Place(Mode.REVERSE, edge.reverse, "site.example", via));
        forward = new Trial(origin, new Place(Mode.FORWARD, edge.forward, "127.0.0.1:" + origin.port(), via));
    }

    @AfterAll
    static void close() throws IOException {
        edge.settles();
        edge.close();
        origin.close();
    }

    private static Stream<RequestCase> cases(Mode mode) {
        return TABLE.stream().filter(request -> request.modes().contains(mode));
    }

    static Stream<RequestCase> toReverse() {
        return cases(Mode.REVERSE);
    }

    static Stream<RequestCase> toForward() {
        return cases(Mode.FORWARD);
    }

    @ParameterizedTest
    @MethodSource("toReverse")
    void becomesWhatIsStatedInFrontOfASite(RequestCase request) throws IOException {
        assertThat(reverse.faults(request)).as(request.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("toForward")
    void becomesWhatIsStatedThroughAProxy(RequestCase request) throws IOException {
        assertThat(forward.faults(request)).as(request.toString()).isEmpty();
    }

    @Test
    void linesDiffer() {
        assertThat(TABLE.stream().map(request -> request.modes() + request.sent()))
                .doesNotHaveDuplicates();
        assertThat(TABLE).hasSizeGreaterThanOrEqualTo(300);
        assertThat(TABLE.stream().filter(RequestCase::isSound)).hasSizeGreaterThanOrEqualTo(80);
    }
}
