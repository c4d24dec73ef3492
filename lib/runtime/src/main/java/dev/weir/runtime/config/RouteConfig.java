package dev.weir.runtime.config;

/**
 * Where a reverse listener sends what.
 *
 * @param host exact name, {@code *.name} for all names below it, or {@code *} for any (default)
 * @param path {@code /a/}: that path and everything below it; {@code /a}: exactly that path; default {@code /}
 * @param upstream the name of an upstream that exists
 * @param cache whether answers may be stored and served; default true ({@code cache: on | off})
 * @param hostField which Host the origin gets; {@code host: target} for a route of any host, or {@code origin-host:
 *     target} beside a host; default what the client sent
 * @param timeouts of the exchange; what is not written is the upstream's
 */
public record RouteConfig(
        String host, String path, String upstream, boolean cache, HostField hostField, ExchangeTimeouts timeouts) {}
