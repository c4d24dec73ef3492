package dev.weir.runtime.channel;

import dev.weir.runtime.metrics.Count;
import dev.weir.runtime.metrics.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What the channel counts. */
final class ChannelMeters {
    final AtomicInteger served = new AtomicInteger();
    final AtomicInteger read = new AtomicInteger();
    final Count sentOctets;
    final Count receivedOctets;
    final Count refused;
    private final Map<Loss, Count> losses = new EnumMap<>(Loss.class);

    ChannelMeters(Metrics metrics) {
        sentOctets = metrics.counter("channel.octets", "Octets in frames.", "way", "sent");
        receivedOctets = metrics.counter("channel.octets", "Octets in frames.", "way", "received");
        refused = metrics.counter("channel.refused", "Streams that were asked for and not served.");
        for (Loss loss : Loss.values()) {
            losses.put(
                    loss,
                    metrics.counter("channel.losses", "Streams that came to no end, by why.", "why", loss.token()));
        }
        metrics.gauge("channel.streams", "Streams under way.", served::get, "way", "served");
        metrics.gauge("channel.streams", "Streams under way.", read::get, "way", "read");
    }

    long losses(Loss why) {
        Count count = losses.get(why);
        return count == null ? 0 : count.sum();
    }

    void lost(Loss why) {
        Count count = losses.get(why);
        if (count != null) {
            count.increment();
        }
    }
}
