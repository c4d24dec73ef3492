package dev.weir.runtime.config;

import dev.weir.settings.Cidr;
import java.util.List;

/**
 * Which clients see Cache-Status, Proxy-Status and debug fields.
 *
 * @param show {@code all}, {@code trusted} (default: loopback and the networks) or {@code none}
 * @param networks trusted beside loopback
 */
public record DiagnosticsConfig(Show show, List<Cidr> networks) {
    /** Copies the list. */
    public DiagnosticsConfig {
        networks = List.copyOf(networks);
    }
}
