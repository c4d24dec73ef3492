package dev.weir.runtime.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The meters of a process. Names are given without the prefix {@code weir_} and without unit suffixes of Prometheus
 * ({@code _total}, {@code _seconds}), in small letters with dots. Asking twice for the same name and labels gives the
 * same meter. Labels must come from closed lists of words, never from a client. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    /** The type of {@link #scrape()}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** More series than these are a mistake: a label that a client can choose. */
    static final int MOST_SERIES = 5_000;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final ConcurrentHashMap<String, Count> counts = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Latency> latencies = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Latency.Family> families = new ConcurrentHashMap<>();

    /** With the basics of the JVM. */
    public Metrics() {
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.withName("weir." + id.getName());
            }
        });
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /**
     * A counter.
     *
     * @param name such as {@code edge.requests}: told as {@code weir_edge_requests_total}
     * @param help what is counted, in one sentence
     * @param labels name, value, name, value, …
     */
    public Count counter(String name, String help, String... labels) {
        return counts.computeIfAbsent(key(name, labels), key -> {
            Count count = new Count();
            bound(counts.size());
            FunctionCounter.builder(name, count, Count::sum)
                    .description(help)
                    .tags(Tags.of(labels))
                    .register(registry);
            return count;
        });
    }

    /**
     * A value that is asked for when it is told.
     *
     * @param name such as {@code edge.connections}
     * @param help what it is, in one sentence
     * @param labels name, value, name, value, …
     */
    public void gauge(String name, String help, LongSupplier value, String... labels) {
        Gauge.builder(name, value, v -> (double) v.getAsLong())
                .description(help)
                .tags(Tags.of(labels))
                .strongReference(true)
                .register(registry);
    }

    /**
     * A distribution of durations over fixed buckets.
     *
     * @param name such as {@code edge.duration}: told as {@code weir_edge_duration_seconds}
     * @param help what takes that long, in one sentence
     * @param labels name, value, name, value, …
     */
    public Latency latency(String name, String help, String... labels) {
        return latencies.computeIfAbsent(key(name, labels), key -> {
            bound(latencies.size());
            return families.computeIfAbsent(name, n -> family(n, help)).add(labels);
        });
    }

    private Latency.Family family(String name, String help) {
        String told = "weir_" + name.replace('.', '_').replace('-', '_') + "_seconds";
        Latency.Family family = new Latency.Family(told, help);
        registry.getPrometheusRegistry().register(family);
        return family;
    }

    private static void bound(int series) {
        if (series >= MOST_SERIES) {
            throw new IllegalStateException("series: " + series + " (expected: fewer than " + MOST_SERIES + ")");
        }
    }

    private static String key(String name, String... labels) {
        return labels.length == 0 ? name : name + '\n' + String.join("\n", labels);
    }

    /** Everything in the text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
