package dev.weir.edge.upstream;

import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.runtime.config.OriginProtocol;
import dev.weir.runtime.config.UpstreamConfig;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A configured upstream: targets that are asked in turn.
 *
 * @param protocol what all targets speak
 * @param authorities certificates that are trusted beside the JDK's, for {@code https} targets
 * @param limits for each target, over all event loops
 */
public record UpstreamSpec(
        String name,
        List<TargetSpec> targets,
        OriginProtocol protocol,
        List<X509Certificate> authorities,
        UpstreamConfig.PassiveHealth health,
        ExchangeLimits limits) {
    /** Copies the lists. */
    public UpstreamSpec {
        targets = List.copyOf(targets);
        authorities = List.copyOf(authorities);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets of " + name + ": none (expected: at least one)");
        }
    }

    /**
     * The upstream that the configuration describes.
     *
     * @param authorities read from its {@code ca}; none where it has none
     */
    public static UpstreamSpec of(UpstreamConfig config, List<X509Certificate> authorities) {
        return new UpstreamSpec(
                config.name(),
                config.targets().stream().map(TargetSpec::of).toList(),
                config.protocol(),
                authorities,
                config.health(),
                config.limits());
    }
}
