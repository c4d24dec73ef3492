package dev.weir.runtime.channel;

import dev.weir.runtime.config.ClusterConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The bus's certificates, for both ends: whoever holds one of the bus's own authority is a peer, whatever its name.
 *
 * @param own certificate and key
 * @param authority who issued those of all peers
 */
record ChannelSecurity(KeyCertOptions own, TrustOptions authority) {
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3");
    private static final int HANDSHAKE_SECONDS = 2;

    /** Empty where the cluster is written to be insecure. */
    static Optional<ChannelSecurity> of(ClusterConfig cluster) throws IOException {
        if (cluster.insecure()) {
            return Optional.empty();
        }
        Path directory = cluster.certificates();
        return Optional.of(new ChannelSecurity(
                new PemKeyCertOptions()
                        .addCertValue(read(directory, "node.crt"))
                        .addKeyValue(read(directory, "node.key")),
                new PemTrustOptions().addCertValue(read(directory, "ca.crt"))));
    }

    private static Buffer read(Path directory, String file) throws IOException {
        return Buffer.buffer(Files.readAllBytes(directory.resolve(file)));
    }

    ServerSSLOptions server() {
        ServerSSLOptions options = new ServerSSLOptions().setClientAuth(ClientAuth.REQUIRED);
        options.setKeyCertOptions(own.copy())
                .setTrustOptions(authority.copy())
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS);
        return options;
    }

    ClientSSLOptions client() {
        ClientSSLOptions options = new ClientSSLOptions().setTrustAll(false).setHostnameVerificationAlgorithm("");
        options.setKeyCertOptions(own.copy())
                .setTrustOptions(authority.copy())
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS);
        return options;
    }
}
