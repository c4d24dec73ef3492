package dev.weir.runtime.config;

import dev.weir.settings.HostPort;

/**
 * The port for probes and metrics, read-only.
 *
 * @param address default 127.0.0.1:9401
 */
public record HealthConfig(HostPort address) {}
