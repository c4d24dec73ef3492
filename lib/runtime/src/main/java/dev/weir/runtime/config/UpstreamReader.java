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

    static Map<String, UpstreamConfig> upstreams(Section root) {
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>();
        root.namedSections("upstreams").forEach((name, section) -> upstreams.put(name, upstream(name, section)));
        return upstreams;
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
