package dev.weir.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void countsUnderThePrefix() {
        Count hits = metrics.counter("edge.requests", "Requests.", "result", "hit");
        hits.increment();
        hits.add(2);
        metrics.counter("edge.requests", "Requests.", "result", "miss").increment();
        assertThat(metrics.counter("edge.requests", "Requests.", "result", "hit"))
                .isSameAs(hits);
        assertThat(metrics.scrape())
                .contains("# HELP weir_edge_requests_total Requests.")
                .contains("weir_edge_requests_total{result=\"hit\"} 3.0")
                .contains("weir_edge_requests_total{result=\"miss\"} 1.0");
    }

    @Test
    void tellsGaugesAndTheJvm() {
        metrics.gauge("edge.connections", "Open connections.", () -> 7);
        assertThat(metrics.scrape())
                .contains("weir_edge_connections 7.0")
                .contains("weir_jvm_memory_used_bytes")
                .contains("weir_jvm_threads_live_threads")
                .contains("weir_process_uptime_seconds");
    }

    @Test
    void distributesDurationsOverFixedBuckets() {
        Latency hit = metrics.latency("edge.duration", "Time to the last byte.", "result", "hit");
        Latency miss = metrics.latency("edge.duration", "Time to the last byte.", "result", "miss");
        assertThat(hit.quantileMicros(0.5)).isZero();
        for (int i = 0; i < 99; i++) {
            hit.record(TimeUnit.MICROSECONDS.toNanos(80));
        }
        hit.record(TimeUnit.SECONDS.toNanos(90));
        miss.record(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(hit.count()).isEqualTo(100);
        assertThat(hit.quantileMicros(0.5)).isEqualTo(100);
        assertThat(hit.quantileMicros(1)).isEqualTo(60_000_000);
        assertThat(metrics.scrape())
                .contains("weir_edge_duration_seconds_bucket{result=\"hit\",le=\"5.0E-5\"} 0")
                .contains("weir_edge_duration_seconds_bucket{result=\"hit\",le=\"1.0E-4\"} 99")
                .contains("weir_edge_duration_seconds_bucket{result=\"hit\",le=\"+Inf\"} 100")
                .contains("weir_edge_duration_seconds_count{result=\"miss\"} 1");
    }

    @Test
    void refusesLabelsThatRunAway() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i <= Metrics.MOST_SERIES; i++) {
                        metrics.counter("edge.bad", "x", "host", Integer.toString(i))
                                .increment();
                    }
                })
                .isInstanceOf(IllegalStateException.class);
    }
}
