package dev.weir.runtime.config;

import dev.weir.settings.ByteSize;
import dev.weir.settings.HostPort;
import java.util.Optional;

/**
 * The port for administration.
 *
 * @param address default 127.0.0.1:9400
 * @param token that changes need; default what {@code weir init} made
 * @param body the largest request body; default 4 MiB (64 KiB to 64 MiB)
 */
public record AdminConfig(HostPort address, Optional<Secret> token, ByteSize body) {}
