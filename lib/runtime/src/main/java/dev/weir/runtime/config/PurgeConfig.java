package dev.weir.runtime.config;

import dev.weir.settings.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * Who may purge by the method PURGE, on every reverse listener. Without this section PURGE is a method like any other
 * and goes on to the origin.
 *
 * @param clients networks of those who may; there must be one. Behind a balancer see {@code trusted-proxies}
 * @param token that they must send, too, as {@code Authorization: Bearer …}; at least 16 characters. Default: none
 */
public record PurgeConfig(List<Cidr> clients, Optional<Secret> token) {
    /** Copies the networks. */
    public PurgeConfig {
        clients = List.copyOf(clients);
    }
}
