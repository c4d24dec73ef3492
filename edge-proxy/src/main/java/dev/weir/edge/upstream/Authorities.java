package dev.weir.edge.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates that an upstream's {@code ca} names. */
public final class Authorities {
    private Authorities() {}

    /**
     * The certificates of a PEM file. Blocks: not for an event loop.
     *
     * @throws IOException if it can't be read, or holds no certificate
     */
    public static List<X509Certificate> read(Path pem) throws IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (found.isEmpty()) {
                throw new IOException(pem + ": no certificate (expected: PEM)");
            }
            return found;
        } catch (CertificateException wrong) {
            throw new IOException(pem + ": " + wrong.getMessage(), wrong);
        }
    }
}
