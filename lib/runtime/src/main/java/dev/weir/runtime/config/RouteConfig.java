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
 * @param normalise {@code strict} answers 400 to a path that origins read in different ways, or that could by another
 *     reading be one of this route: one with a dot segment, an empty segment, a segment that ends in a dot or blank, a
 *     backslash, a semicolon, any of these behind percent triples, {@code %2F}, {@code %3F}, {@code %23}, overlong UTF-8,
 *     or a percent triple that decodes to another; default {@code lenient}: it goes to the origin as it came, if all
 *     its readings belong to routes of the same upstream (else 404)
 * @param timeouts of the exchange; what is not written is the upstream's
 */
public record RouteConfig(
        String host,
        String path,
        String upstream,
        boolean cache,
        HostField hostField,
        PathStrictness normalise,
        ExchangeTimeouts timeouts) {}
