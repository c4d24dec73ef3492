package dev.weir.runtime.config;

import java.util.Optional;

/**
 * What Redis' sentinels are asked, one after the other until one knows it, before each connection.
 *
 * @param master the name under which they watch it
 * @param user of the sentinels' own access list
 * @param password of the sentinels' own
 */
public record SentinelConfig(String master, Optional<String> user, Optional<Secret> password) {}
