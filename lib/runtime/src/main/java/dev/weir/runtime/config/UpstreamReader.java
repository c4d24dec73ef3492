package dev.weir.runtime.config;

import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code upstreams}. */
final class UpstreamReader {
    private static final Reading<Target> TARGET =
            new Reading<>("http://host[:port] or https://host[:port]", Target::parse);

    private UpstreamReader() {}

    static Map<String, UpstreamConfig> upstreams(Section root, List<ListenerConfig> listeners) {
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        root.namedSections("upstreams").forEach((name, section) -> {
            UpstreamConfig upstream = upstream(name, section);
            upstream.targets().forEach(target -> refuseLoop(target, listeners, section));
            upstreams.put(name, upstream);
        });
        return upstreams;
    }

    private static void refuseLoop(Target target, List<ListenerConfig> listeners, Section section) {
        for (ListenerConfig listener : listeners) {
            if (OwnAddress.reaches(target.address(), listener.address())) {
                section.problem(
                        "targets",
                        target + " is listener \"" + listener.name() + "\" (" + listener.address()
                                + ") of this configuration: requests would run in a circle");
                return;
            }
        }
    }

    private static UpstreamConfig upstream(String name, Section section) {
        List<Target> targets = section.list("targets", TARGET, false);
        if (section.node("targets").isEmpty()) {
            section.problem("targets", "missing (expected: a list of URLs)");
        } else if (section.node("targets").get() instanceof dev.weir.settings.Sequence s
                && s.items().isEmpty()) {
            section.problem("targets", "expected at least one URL");
        }
        section.laterWords("balance", "least-requests", "consistent-hash");
        return new UpstreamConfig(
                name,
                targets,
                section.choice("protocol", OriginProtocol.class, OriginProtocol.HTTP1),
                section.choice("balance", Balance.class, Balance.ROUND_ROBIN),
                section.optionalFilePath("ca"),
                health(section.section("health")),
                ExchangeTimeouts.read(section.section("timeouts"), ExchangeTimeouts.DEFAULT),
                ExchangeLimits.read(section.section("limits")));
    }

    private static UpstreamConfig.PassiveHealth health(Section section) {
        section.later("path", "active health checks");
        section.later("interval", "active health checks");
        return new UpstreamConfig.PassiveHealth(
                section.integer("failures", 1, 1_000, 5),
                section.duration("out", Duration.ofMillis(100), Duration.ofHours(1), Duration.ofSeconds(10)));
    }
}
