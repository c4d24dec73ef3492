package dev.weir.runtime.config;

import dev.weir.settings.Nearest;
import dev.weir.settings.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code routes}. */
final class RouteReader {
    /** A host of routes and rules, in lower case. */
    static final Pattern HOST = Pattern.compile("\\*|(\\*\\.)?[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?|\\[[0-9a-f:.]+]");

    private static final Map<String, Boolean> ON_OFF = onOff();

    private RouteReader() {}

    private static Map<String, Boolean> onOff() {
        Map<String, Boolean> words = new LinkedHashMap<>();
        words.put("on", true);
        words.put("off", false);
        return words;
    }

    static List<RouteConfig> routes(Section root, Map<String, UpstreamConfig> upstreams) {
        return root.sections("routes").stream()
                .map(section -> route(section, upstreams))
                .toList();
    }

    private static RouteConfig route(Section section, Map<String, UpstreamConfig> upstreams) {
        section.later("method", "routing by method");
        section.later("query", "routing by query");
        section.later("field", "routing by field");
        String upstreamName = section.text("upstream");
        UpstreamConfig upstream = upstreams.get(upstreamName);
        if (upstream == null && !upstreamName.isEmpty()) {
            String cause = "no upstream is called \"" + upstreamName + "\"";
            section.problem("upstream", cause, Nearest.of(upstreamName, upstreams.keySet()));
        }
        String host = section.text("host", "*").toLowerCase(Locale.ROOT);
        HostField hostField = section.choice("origin-host", HostField.class, HostField.CLIENT);
        if (host.equals(HostField.TARGET.word()) || host.equals(HostField.CLIENT.word())) {
            hostField = host.equals(HostField.TARGET.word()) ? HostField.TARGET : HostField.CLIENT;
            host = "*";
        }
        if (!HOST.matcher(host).matches()) {
            section.problem("host", "\"" + host + "\" (expected: a name, *.name, *, or the word target)");
        }
        String path = section.text("path", "/");
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            section.problem("path", "\"" + path + "\" (expected: a path that begins with \"/\", without query)");
        }
        ExchangeTimeouts inherited = upstream == null ? ExchangeTimeouts.DEFAULT : upstream.timeouts();
        boolean cache = !section.has("cache") || section.choice("cache", ON_OFF, true);
        return new RouteConfig(
                host,
                path,
                upstreamName,
                cache,
                hostField,
                section.choice("normalise", PathStrictness.class, PathStrictness.LENIENT),
                ExchangeTimeouts.read(section.section("timeouts"), inherited));
    }
}
