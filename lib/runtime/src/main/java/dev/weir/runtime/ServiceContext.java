package dev.weir.runtime;

import dev.weir.runtime.channel.BodyChannel;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.metrics.Metrics;
import dev.weir.runtime.secrets.Secrets;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * What a service gets from its process.
 *
 * @param vertx the plain instance, for sockets, timers, files
 * @param bus to the other services
 * @param channel to the other processes, for what is too long for the bus
 * @param config all of weir.yaml
 * @param nodeName of this process, such as {@code edge-proxy-1}
 * @param instance random, made at this start of the process
 * @param state this node's directory; exists and is locked for this process
 * @param secrets keys and token; read what is needed, when it is needed
 * @param metrics the process's meters
 * @param health the process's parts and their state
 * @param clock the time
 * @param status what the process tells of itself each second
 */
public record ServiceContext(
        Vertx vertx,
        Bus bus,
        BodyChannel channel,
        WeirConfig config,
        String nodeName,
        String instance,
        Path state,
        Secrets secrets,
        Metrics metrics,
        Health health,
        InstantSource clock,
        NodeCounters status) {}
