package dev.weir.runtime.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * Durations in fixed buckets from 50 µs to 60 s, each about 2 to 2.5 times the one before. Recording is a short search
 * and two additions; nothing is allocated.
 */
public final class Latency {
    private static final long[] BOUNDS_MICROS = {
        50,
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000,
        30_000_000,
        60_000_000
    };

    private final Labels labels;
    private final LongAdder[] buckets = new LongAdder[BOUNDS_MICROS.length + 1];
    private final LongAdder sumNanos = new LongAdder();

    private Latency(Labels labels) {
        this.labels = labels;
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /** One more that took so long. */
    public void record(long nanos) {
        long micros = nanos / 1_000;
        int i = 0;
        while (i < BOUNDS_MICROS.length && micros > BOUNDS_MICROS[i]) {
            i++;
        }
        buckets[i].increment();
        sumNanos.add(nanos);
    }

    /** How many were recorded. */
    public long count() {
        long count = 0;
        for (LongAdder bucket : buckets) {
            count += bucket.sum();
        }
        return count;
    }

    /** The upper bound, in microseconds, of the bucket in which that share of all lies; 0 if there are none. */
    public long quantileMicros(double share) {
        long wanted = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i < buckets.length && wanted > 0; i++) {
            seen += buckets[i].sum();
            if (seen >= wanted) {
                return BOUNDS_MICROS[Math.min(i, BOUNDS_MICROS.length - 1)];
            }
        }
        return 0;
    }

    private HistogramSnapshot.HistogramDataPointSnapshot told() {
        ClassicHistogramBuckets.Builder told = ClassicHistogramBuckets.builder();
        for (int i = 0; i < buckets.length; i++) {
            double bound = i < BOUNDS_MICROS.length ? BOUNDS_MICROS[i] / 1e6 : Double.POSITIVE_INFINITY;
            told.bucket(bound, buckets[i].sum());
        }
        return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(told.build())
                .sum(sumNanos.sum() / 1e9)
                .labels(labels)
                .build();
    }

    /** All distributions of one name, which differ by labels: Prometheus knows them as one metric. */
    static final class Family implements Collector {
        private final String name;
        private final String help;
        private final List<Latency> members = new CopyOnWriteArrayList<>();

        Family(String name, String help) {
            this.name = name;
            this.help = help;
        }

        Latency add(String... labels) {
            Latency latency = new Latency(Labels.of(labels));
            members.add(latency);
            return latency;
        }

        @Override
        public MetricSnapshot collect() {
            HistogramSnapshot.Builder told =
                    HistogramSnapshot.builder().name(name).help(help);
            members.forEach(member -> told.dataPoint(member.told()));
            return told.build();
        }
    }
}
