package dev.weir.runtime.config;

import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code forward}. */
final class ForwardReader {
    private static final Reading<PortRange> PORTS =
            new Reading<>("a port or a range such as 8000-8999", PortRange::parse);
    private static final List<PortRange> CONNECT = List.of(new PortRange(443, 443));
    private static final List<PortRange> PLAIN =
            List.of(new PortRange(80, 80), new PortRange(443, 443), new PortRange(8000, 8999));

    private ForwardReader() {}

    static ForwardConfig forward(Section section) {
        section.later("parents", "parent proxies");
        Section ports = section.section("ports");
        Section destinations = section.section("destinations");
        Map<String, Boolean> denyAllow = new LinkedHashMap<>();
        denyAllow.put("deny", false);
        denyAllow.put("allow", true);
        return new ForwardConfig(
                ports.has("connect") ? ports.list("connect", PORTS, true) : CONNECT,
                ports.has("plain") ? ports.list("plain", PORTS, true) : PLAIN,
                destinations.has("private") && destinations.choice("private", denyAllow, false),
                destinations.networks("allow"),
                ExchangeTimeouts.read(section.section("timeouts"), ExchangeTimeouts.DEFAULT),
                ExchangeLimits.read(section.section("limits")));
    }
}
