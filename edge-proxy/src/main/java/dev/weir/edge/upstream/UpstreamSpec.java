package dev.weir.edge.upstream;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A configured upstream: targets that are asked in turn.
 *
 * @param authorities certificates that are trusted beside the JDK's, for {@code https} targets
 */
public record UpstreamSpec(String name, List<TargetSpec> targets, List<X509Certificate> authorities) {
    /** Copies the lists. */
    public UpstreamSpec {
        targets = List.copyOf(targets);
        authorities = List.copyOf(authorities);
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("targets of " + name + ": none (expected: at least one)");
        }
    }

    /** An upstream that trusts what the JDK trusts. */
    public static UpstreamSpec of(String name, TargetSpec... targets) {
        return new UpstreamSpec(name, List.of(targets), List.of());
    }
}
