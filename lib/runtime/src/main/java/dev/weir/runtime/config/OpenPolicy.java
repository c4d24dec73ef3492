package dev.weir.runtime.config;

import dev.weir.settings.Mapping;
import dev.weir.settings.Node;
import dev.weir.settings.Scalar;
import dev.weir.settings.Sequence;
import dev.weir.settings.SettingsException;
import dev.weir.settings.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether the policy, as written, lets every client through a forward listener: {@code default: allow}, and no rule
 * that asks who the client is.
 */
record OpenPolicy(boolean open) {
    static OpenPolicy of(PolicyConfig policy) {
        return new OpenPolicy(policy.inline()
                .or(() -> policy.file().flatMap(OpenPolicy::parsed))
                .filter(OpenPolicy::isOpen)
                .isPresent());
    }

    /** What cannot be read here is refused, with its place, by who loads it as a policy. */
    private static Optional<Node> parsed(Path file) {
        try {
            return Optional.of(YamlReader.read(file.toString(), Files.readString(file)));
        } catch (IOException | SettingsException e) {
            return Optional.empty();
        }
    }

    private static boolean isOpen(Node node) {
        if (!(node instanceof Mapping policy)) {
            return false;
        }
        boolean allows = policy.get("default")
                .filter(value -> value instanceof Scalar scalar && scalar.text().equals("allow"))
                .isPresent();
        return allows && policy.get("rules").filter(OpenPolicy::asksForClient).isEmpty();
    }

    private static boolean asksForClient(Node node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries().stream()
                    .anyMatch(e -> List.of("client", "user").contains(e.key()) || asksForClient(e.value()));
        }
        return node instanceof Sequence sequence && sequence.items().stream().anyMatch(OpenPolicy::asksForClient);
    }

    /** Whether this policy makes that listener an open proxy without its saying so. */
    boolean opens(ListenerConfig listener) {
        return open
                && listener.mode() == Mode.FORWARD
                && !listener.openProxy()
                && !listener.address().isLoopback();
    }
}
