package dev.weir.runtime.cluster;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the bus counts. */
final class BusMeters {
    private final Map<BusException.Kind, Count> failures = new EnumMap<>(BusException.Kind.class);
    final Count requests;
    final Count tooLarge;
    final Count notices;
    final Count noticesDropped;
    final Count malformed;
    final Count joins;
    final Count losses;
    final Count joinFailures;

    BusMeters(Metrics metrics) {
        for (BusException.Kind kind : BusException.Kind.values()) {
            String word = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
            failures.put(kind, metrics.counter("bus.failures", "Bus requests without an answer.", "kind", word));
        }
        requests = metrics.counter("bus.requests", "Bus requests begun.");
        tooLarge = metrics.counter("bus.frames.refused", "Messages refused at send as too large.");
        notices = metrics.counter("bus.notices", "Notices published.");
        noticesDropped = metrics.counter("bus.notices.dropped", "Notices dropped by listeners that fell behind.");
        malformed = metrics.counter("bus.malformed", "Messages from the wire that were none.");
        joins = metrics.counter("bus.joins", "Times the cluster was joined.");
        losses = metrics.counter("bus.losses", "Times the cluster was lost.");
        joinFailures = metrics.counter("bus.join.failures", "Attempts to join that failed.");
    }

    @CanIgnoreReturnValue
    BusException failed(BusException failure) {
        Count count = failures.get(failure.kind());
        if (count != null) {
            count.increment();
        }
        return failure;
    }
}
