package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.testing.wire.Mode;
import dev.weir.testing.wire.Place;
import dev.weir.testing.wire.RecordingOrigin;
import dev.weir.testing.wire.RequestCase;
import dev.weir.testing.wire.RequestTable;
import dev.weir.testing.wire.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of requests as octets, to a {@code ./weir run} from outside. The full form; every build has it in-process. */
final class WireTableIT {
    private static final String FORWARD = """
            forward: { ports: { connect: [443], plain: [%d] }, destinations: { private: deny, allow: [127.0.0.1/32] } }
            """;

    @TempDir
    private Path directory;

    @Test
    void everyRequestBecomesWhatTheTableStates() throws IOException {
        assumeTrue(System.getProperty("weir.form", "short").equals("full"), "the full form only");
        try (RecordingOrigin origin = new RecordingOrigin(FreePorts.next());
                AllInOne weir = AllInOne.start(
                        directory,
                        Map.of("/", Address.loopback(origin.port())),
                        "rules: []\n",
                        FORWARD.formatted(origin.port()))) {
            String via = Trial.viaName(origin, weir.web().port());
            String proxied = Address.loopback(origin.port()).toString();
            Place site = new Place(Mode.REVERSE, weir.web().port(), "site.example", via);
            Place proxy = new Place(Mode.FORWARD, weir.egress().port(), proxied, via);
            Trial reverse = new Trial(origin, site);
            Trial forward = new Trial(origin, proxy);
            List<String> faults = new ArrayList<>();
            int tried = 0;
            for (RequestCase request : RequestTable.read()) {
                for (Mode mode : request.modes()) {
                    tried++;
                    Trial trial = mode == Mode.REVERSE ? reverse : forward;
                    for (String fault : trial.faults(request)) {
                        faults.add(request + ": " + fault);
                    }
                }
            }
            Form.figure("wire table: %d requests by mode, each in three ways, %d faults", tried, faults.size());
            assertThat(faults).isEmpty();
        }
    }
}
