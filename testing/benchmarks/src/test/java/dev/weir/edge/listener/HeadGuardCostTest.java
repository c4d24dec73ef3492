package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Holds the guard to its bounds: 1 µs for a head of 80 octets, 2 µs for a browser's of 640. The short form, for CI, takes
 * seconds and looks at the best of its iterations and at twice the bounds, as the machine may be busy and the compiler not
 * done; the full form ({@code testing/benchmarks/head-guard}) measures in JVMs of its own and looks at the mean.
 */
class HeadGuardCostTest {
    private static final boolean FULL = "full".equals(System.getProperty("weir.form"));
    private static final Map<String, Double> BOUND_NANOS = Map.of("80", 1000.0, "640", 2000.0);

    @Test
    void aHeadCostsNoMoreThanItsBound() throws Exception {
        Map<String, String> lines = new TreeMap<>();
        boolean within = true;
        for (RunResult result : run()) {
            String size = result.getParams().getParam("size");
            String what = result.getPrimaryResult().getLabel();
            double nanos = FULL
                    ? result.getPrimaryResult().getScore()
                    : result.getPrimaryResult().getStatistics().getMin();
            double bound =
                    what.equals("nothing") ? Double.MAX_VALUE : (FULL ? 1 : 2) * BOUND_NANOS.getOrDefault(size, 0.0);
            within &= nanos <= bound;
            lines.put(
                    String.format("%4s %s", size, what),
                    String.format(
                            Locale.ROOT,
                            "%4s octets  %-8s %7.0f ns ± %3.0f %s",
                            size,
                            what,
                            nanos,
                            result.getPrimaryResult().getScoreError(),
                            what.equals("nothing")
                                    ? "(the same pipeline without a guard)"
                                    : "(at most " + (int) bound + ")"));
        }
        System.out.println((FULL ? "head guard, means:" : "head guard, best iterations:") + "\n"
                + String.join("\n", lines.values()));
        assertThat(lines).hasSize(6);
        assertThat(within).as("within the bounds").isTrue();
    }

    private static Collection<RunResult> run() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(HeadGuardBenchmark.class.getName())
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (FULL) {
            options.forks(2).warmupIterations(4).measurementIterations(5);
            options.warmupTime(TimeValue.seconds(1)).measurementTime(TimeValue.seconds(1));
        } else {
            options.forks(0).warmupIterations(4).measurementIterations(5);
            options.warmupTime(TimeValue.milliseconds(400)).measurementTime(TimeValue.milliseconds(150));
        }
        return new Runner(options.build()).run();
    }
}
