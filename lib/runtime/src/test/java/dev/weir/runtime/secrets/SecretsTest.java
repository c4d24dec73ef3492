package dev.weir.runtime.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir
    Path parent;

    private List<String> fill(Path directory) throws IOException {
        return SecretsMaker.fill(directory, new SecureRandom(), NOW);
    }

    @Test
    void makesEverythingForTheOwnerAlone() throws Exception {
        Path directory = parent.resolve("a/b");
        Secrets secrets = new Secrets(directory);
        assertThat(secrets.isComplete()).isFalse();
        assertThat(fill(directory)).containsExactlyInAnyOrderElementsOf(SecretsMaker.FILES);
        assertThat(secrets.isComplete()).isTrue();
        for (String file : SecretsMaker.FILES) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
        for (Path made : List.of(directory, directory.resolve("bus"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
        assertThat(secrets.adminToken()).hasSize(43);
        assertThat(secrets.pseudonymKey()).hasSize(32);
        assertThat(signs(secrets.revisionKey(), secrets.revisionPublicKey())).isTrue();
        assertThat(signs(secrets.checkpointKey(), secrets.checkpointPublicKey()))
                .isTrue();
        assertThat(signs(secrets.checkpointKey(), secrets.revisionPublicKey())).isFalse();
    }

    private static boolean signs(PrivateKey key, PublicKey publicKey) throws Exception {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(key);
        signer.update(text);
        byte[] signature = signer.sign();
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey);
        verifier.update(text);
        return verifier.verify(signature);
    }

    @Test
    void neverOverwrites() throws Exception {
        assertThat(fill(parent)).isNotEmpty();
        Map<String, String> before = contents();
        assertThat(fill(parent)).isEmpty();
        assertThat(contents()).isEqualTo(before);
        Files.delete(parent.resolve("bus/node.crt"));
        Files.delete(parent.resolve("admin-token"));
        assertThat(fill(parent)).containsExactlyInAnyOrder("admin-token", "bus/node.crt", "bus/node.key");
        assertThat(contents().get("bus/ca.crt")).isEqualTo(before.get("bus/ca.crt"));
        assertThat(contents().get("revision.key")).isEqualTo(before.get("revision.key"));
        assertThat(certificate("bus/node.crt").getIssuerX500Principal())
                .isEqualTo(certificate("bus/ca.crt").getSubjectX500Principal());
        certificate("bus/node.crt").verify(certificate("bus/ca.crt").getPublicKey());
    }

    private Map<String, String> contents() {
        return SecretsMaker.FILES.stream().collect(Collectors.toMap(file -> file, file -> {
            try {
                return Files.readString(parent.resolve(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    @Test
    void certificatesAreForTheBusAlone() throws Exception {
        assertThat(fill(parent)).isNotEmpty();
        X509Certificate authority = certificate("bus/ca.crt");
        X509Certificate node = certificate("bus/node.crt");
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(node.getBasicConstraints()).isEqualTo(-1);
        assertThat(node.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(node.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        node.checkValidity(Date.from(NOW));
        node.checkValidity(Date.from(NOW.plusSeconds(9L * 365 * 24 * 3600)));
        assertThatThrownBy(() -> node.checkValidity(Date.from(NOW.plusSeconds(11L * 365 * 24 * 3600))))
                .isInstanceOf(java.security.cert.CertificateExpiredException.class);
    }

    private X509Certificate certificate(String file) throws Exception {
        try (var in = Files.newInputStream(parent.resolve(file))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    @Test
    void saysWhichFileIsMissing() {
        Secrets secrets = new Secrets(parent.resolve("none"));
        assertThatThrownBy(secrets::adminToken)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none/admin-token");
    }
}
