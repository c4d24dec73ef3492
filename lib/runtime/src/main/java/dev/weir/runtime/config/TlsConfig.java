package dev.weir.runtime.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Certificates of a listener, chosen by the name that the client asks for; the first also serves unknown names.
 *
 * @param certificates at least one {@code {certificate: FILE, key: FILE}}, PEM; read again when the files change
 */
public record TlsConfig(List<KeyPair> certificates) {
    /**
     * A certificate chain and its key, both PEM; read again when the files change.
     *
     * @param certificate the chain, leaf first
     * @param key PKCS#8
     */
    public record KeyPair(Path certificate, Path key) {}

    /** Copies the list. */
    public TlsConfig {
        certificates = List.copyOf(certificates);
    }
}
