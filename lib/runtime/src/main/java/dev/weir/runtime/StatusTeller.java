package dev.weir.runtime;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.logging.LogSetup;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells, each second, how this process is; and keeps the health of its bus. */
final class StatusTeller {
    private static final Logger LOG = LoggerFactory.getLogger(StatusTeller.class);
    private static final long EVERY_MILLIS = 1_000;

    private final ServiceContext context;
    private final String kind;
    private final long startedMillis;
    private final Health.Part bus;

    private StatusTeller(ServiceContext context, String kind) {
        this.context = context;
        this.kind = kind;
        this.startedMillis = context.clock().millis();
        this.bus = context.health().dependency("bus");
    }

    static void start(ServiceContext context, String kind) {
        StatusTeller teller = new StatusTeller(context, kind);
        context.vertx().runOnContext(here -> {
            teller.tell();
            context.vertx().setPeriodic(EVERY_MILLIS, timer -> teller.tell());
        });
    }

    private void tell() {
        if (context.bus().joined()) {
            bus.ready();
        } else {
            bus.degraded("the cluster is not joined");
        }
        try {
            context.bus().publish(Addresses.NODE_STATUS, status());
        } catch (RuntimeException e) {
            LOG.warn("the status was not told: {}", e.toString());
        }
    }

    private NodeStatus status() {
        Health.Status overall = context.health().overall();
        Map<String, Long> numbers = new TreeMap<>(context.status().numbers());
        Runtime jvm = Runtime.getRuntime();
        numbers.put("jvm.heap.used", jvm.totalMemory() - jvm.freeMemory());
        numbers.put("log.lines.dropped", LogSetup.dropped());
        Map<String, String> words = new TreeMap<>(context.status().words());
        context.health().parts().forEach((name, status) -> words.put("part." + name, word(status)));
        words.put("version", version());
        return new NodeStatus(
                context.nodeName(),
                kind,
                context.instance(),
                startedMillis,
                overall.state().word(),
                overall.reason(),
                numbers,
                words);
    }

    private static String word(Health.Status status) {
        return status.reason().isEmpty()
                ? status.state().word()
                : status.state().word() + ": " + status.reason();
    }

    private static String version() {
        return Optional.ofNullable(StatusTeller.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
