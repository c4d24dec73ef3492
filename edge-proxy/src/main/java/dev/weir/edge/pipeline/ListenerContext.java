package dev.weir.edge.pipeline;

import dev.weir.edge.log.EdgeLog;
import dev.weir.http.FieldLimits;
import dev.weir.policy.ListenerDefault;
import dev.weir.runtime.config.DiagnosticsConfig;
import dev.weir.runtime.config.Identity;
import dev.weir.runtime.config.ListenerConfig;
import dev.weir.runtime.config.Mode;
import dev.weir.settings.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a listener's configuration means to the requests that come through it.
 *
 * @param name as configured
 * @param mode what it is
 * @param scheme what its connections speak, {@code http} or {@code https}
 * @param loopback whether it listens on loopback only
 * @param identity what origins learn
 * @param cdnLoop the delivery network that it is part of; empty for none
 * @param trustedProxy whether a hop's word on whom it speaks for is taken
 * @param diagnosticsFor whether a client sees Cache-Status and Proxy-Status
 * @param fieldLimits how much a head may hold
 * @param mostBodyBytes of a request
 * @param bodySilence how long a client may send nothing of a request's content that is asked for
 * @param clientStall how long a client may take nothing of an answer
 * @param tunnelIdle after which a tunnel without a byte is closed
 * @param masking what is kept of clients' addresses
 */
record ListenerContext(
        String name,
        Mode mode,
        String scheme,
        boolean loopback,
        Identity identity,
        String cdnLoop,
        Predicate<InetAddress> trustedProxy,
        Predicate<InetAddress> diagnosticsFor,
        FieldLimits fieldLimits,
        long mostBodyBytes,
        Duration bodySilence,
        Duration clientStall,
        Duration tunnelIdle,
        Masking masking) {

    /** What may be kept of a client's address. */
    interface Masking {
        /** What is kept of {@code client} at that time; empty for nothing. */
        String mask(InetAddress client, long millis);
    }

    /** What {@code config} means. */
    static ListenerContext of(ListenerConfig config, DiagnosticsConfig diagnostics, EdgeLog log) {
        return new ListenerContext(
                config.name(),
                config.mode(),
                config.tls().isPresent() ? "https" : "http",
                config.address().isLoopback(),
                config.identity(),
                config.cdnLoop().orElse(""),
                config::isTrustedProxy,
                address -> switch (diagnostics.show()) {
                    case ALL -> true;
                    case NONE -> false;
                    case TRUSTED -> address.isLoopbackAddress() || contains(diagnostics.networks(), address);
                },
                new FieldLimits(config.limits().fields(), config.limits().head().toInt()),
                config.limits().body().bytes(),
                config.timeouts().body(),
                config.timeouts().write(),
                config.timeouts().tunnel(),
                (client, millis) -> log.client(config.clientAddress(), client, millis));
    }

    private static boolean contains(List<Cidr> networks, InetAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    String mask(InetAddress client, long millis) {
        return masking.mask(client, millis);
    }

    boolean showsDiagnostics(InetAddress client) {
        return diagnosticsFor.test(client);
    }

    ListenerDefault listenerDefault() {
        return mode == Mode.REVERSE ? ListenerDefault.reverse() : ListenerDefault.forward(loopback);
    }
}
