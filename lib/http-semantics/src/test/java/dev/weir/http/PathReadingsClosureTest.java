package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whatever readers do one behind another, each some of the steps: what the last of them sees is a reading. */
class PathReadingsClosureTest {
    private static final int PATHS = 4_000;
    private static final int CHAINS_PER_PATH = 20;
    private static final int MOST_STEPS = 12;
    private static final int MOST_DECODINGS = 2;
    private static final long SEED = 20_261_123L;

    private static final List<UnaryOperator<String>> STEPS = List.of(
            PathSteps::withoutHost,
            PathSteps::withoutHostUpToSlash,
            PathSteps::beforeQuery,
            PathSteps::withoutDotSegments,
            PathSteps::withoutWrittenDotSegments,
            PathSteps::withoutDotSegmentsNorSlashForTheLast,
            PathSteps::withoutParameters,
            PathSteps::slashesForBackslashes,
            PathSteps::joinedSlashes,
            PathSteps::withoutOverlongForms,
            PathSteps::withoutDotsAndBlanksAtEnds);

    private static final String[] PIECES = {
        "/",
        "/",
        "/",
        "a",
        "b",
        "//",
        "/./",
        "/../",
        "..",
        ".",
        "\\",
        ";",
        ";v",
        "%2E",
        "%2F",
        "%5C",
        "%3B",
        "%20",
        "%3F",
        "%23",
        "%252E",
        "%252F",
        "%255C",
        "%253B",
        "%2500",
        "%25",
        "%2525",
        "%C0%AE",
        "%C0%AF",
        "%25C0%25AF",
        "%61"
    };

    @Test
    void holdWhatAnyChainOfStepsMakesOfAPath() {
        SplittableRandom random = new SplittableRandom(SEED);
        int uncounted = 0;
        for (int i = 0; i < PATHS; i++) {
            String path = path(random);
            PathReadings readings = PathReadings.of(path);
            uncounted += readings.areAll() ? 0 : 1;
            for (int j = 0; j < CHAINS_PER_PATH && readings.areAll(); j++) {
                String seen = behindAChain(random, path);
                assertThat(readings.all()).as("seed %d: %s", SEED, path).contains(seen);
            }
        }
        assertThat(uncounted).as("paths of too many readings").isLessThan(PATHS / 50);
    }

    private static String path(SplittableRandom random) {
        StringBuilder path = new StringBuilder("/");
        for (int i = random.nextInt(1, 10); i > 0; i--) {
            path.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return path.toString();
    }

    private static String behindAChain(SplittableRandom random, String path) {
        String seen = path;
        int decodings = 0;
        for (int i = random.nextInt(MOST_STEPS); i >= 0; i--) {
            int which = random.nextInt(STEPS.size() + 2);
            if (which < STEPS.size()) {
                seen = STEPS.get(which).apply(seen);
            } else if (decodings < MOST_DECODINGS) {
                decodings++;
                boolean file = !seen.endsWith("/") && random.nextBoolean();
                seen = PathSteps.decoded(seen);
                seen = file ? PathSteps.withoutSlashesAtEnd(seen) : seen;
            }
        }
        return seen;
    }
}
