package dev.weir.runtime.config;

import dev.weir.settings.Cidr;
import dev.weir.settings.HostPort;
import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code listeners}. */
final class ListenerReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,62}");

    /** RFC 8586 §2: a host, with or without a port, or a token. */
    private static final Reading<String> CDN = new Reading<>(
            "a name such as cdn.example or my-cdn (letters, digits, \"-\", \"_\", \".\", a port behind a colon)",
            text -> text.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,252}(:[0-9]{1,5})?")
                    ? Optional.of(text)
                    : Optional.empty());

    private ListenerReader() {}

    static List<ListenerConfig> listeners(Section root, OpenPolicy policy) {
        List<ListenerConfig> listeners = new ArrayList<>();
        Map<String, Integer> names = new HashMap<>();
        Map<HostPort, String> addresses = new HashMap<>();
        for (Section section : root.sections("listeners")) {
            ListenerConfig listener = listener(section);
            Integer sameName =
                    names.putIfAbsent(listener.name(), section.position().line());
            if (sameName != null && !listener.name().isEmpty()) {
                section.problem("name", "\"" + listener.name() + "\" stands twice (first in line " + sameName + ")");
            }
            String sameAddress =
                    listener.address().port() == 0 ? null : addresses.putIfAbsent(listener.address(), listener.name());
            if (sameAddress != null) {
                section.problem("address", "listener \"" + sameAddress + "\" listens there already");
            }
            if (policy.opens(listener)) {
                section.problem(
                        "address",
                        "a forward listener off loopback, \"default: allow\" and no rule that limits clients make an"
                                + " open proxy (if that is meant, write open-proxy: true)");
            }
            listeners.add(listener);
        }
        return listeners;
    }

    private static ListenerConfig listener(Section section) {
        section.laterWords("mode", "transparent");
        section.laterWords("identity", "elite");
        section.later("interception", "transparent interception");
        section.later("auth", "authentication");
        String name = section.text("name");
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            section.problem(
                    "name", "\"" + name + "\" (expected: small letters, digits, \"-\", \"_\", \".\"; at most 63)");
        }
        Mode mode = section.choice("mode", Mode.class);
        Identity identity = section.choice(
                "identity", Identity.class, mode == Mode.FORWARD ? Identity.ANONYMOUS : Identity.DISCLOSE);
        ClientAddress kept = identity == Identity.ANONYMOUS ? ClientAddress.PREFIX : ClientAddress.FULL;
        List<Cidr> trusted = section.networks("trusted-proxies");
        boolean proxyProtocol = section.bool("proxy-protocol", false);
        if (proxyProtocol && trusted.isEmpty()) {
            section.problem("proxy-protocol", "true, but nobody is named in trusted-proxies who may send the header");
        }
        return new ListenerConfig(
                name,
                mode,
                section.address("address"),
                section.optionalSection("tls").flatMap(ListenerReader::tls),
                identity,
                section.choice("client-address", ClientAddress.class, kept),
                trusted,
                proxyProtocol,
                section.optional("cdn-loop", CDN),
                section.bool("open-proxy", false),
                ListenerTimeouts.read(section.section("timeouts")),
                ListenerLimits.read(section.section("limits")));
    }

    private static Optional<TlsConfig> tls(Section section) {
        section.later("client-ca", "client certificates");
        List<TlsConfig.KeyPair> certificates = section.sections("certificates").stream()
                .map(pair -> new TlsConfig.KeyPair(pair.filePath("certificate"), pair.filePath("key")))
                .toList();
        if (certificates.isEmpty()) {
            section.problem("certificates", "expected at least one {certificate: FILE, key: FILE}");
            return Optional.empty();
        }
        return Optional.of(new TlsConfig(certificates));
    }
}
