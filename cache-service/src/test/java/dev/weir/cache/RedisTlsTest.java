package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.SequencePair;
import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.config.RedisEndpoint;
import dev.weir.settings.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis that speaks TLS only, with a certificate for {@code localhost}. */
class RedisTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static int port;
    private static RedisUnderTest server;

    private final StoreRig rig = new StoreRig();

    @BeforeAll
    static void startsRedis() throws Exception {
        port = RedisUnderTest.freePort();
        Path store = directory.resolve("redis.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Path certificate = pem("CERTIFICATE", keys.getCertificate("redis").getEncoded());
        Path key =
                pem("PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        server = new RedisUnderTest(
                0,
                "tls-port " + port,
                "tls-cert-file " + certificate,
                "tls-key-file " + key,
                "tls-ca-cert-file " + certificate,
                "tls-auth-clients no",
                "maxmemory-policy volatile-lru");
    }

    @AfterAll
    static void stopsRedis() throws Exception {
        server.close();
    }

    @AfterEach
    void closes() throws Exception {
        rig.close();
    }

    @Test
    void isSpokenToByTls() throws Exception {
        RedisStore store = open("localhost", Optional.of(directory.resolve("CERTIFICATE.pem")));
        rig.until(() -> store.trouble().isEmpty());
        SequencePair pair = rig.call(store::newestPurge);
        assertThat(pair.number()).isEqualTo(1);
    }

    @Test
    void isRefusedUnderAnotherName() throws Exception {
        RedisStore store = open("127.0.0.1", Optional.of(directory.resolve("CERTIFICATE.pem")));
        rig.until(() -> store.trouble().contains("subject alternative names"));
        assertThat(store.trouble()).contains("127.0.0.1");
    }

    @Test
    void isRefusedWithoutAnAuthorityThatIsKnown() throws Exception {
        RedisStore store = open("localhost", Optional.empty());
        rig.until(() -> store.trouble().contains("certification path"));
        assertThat(store.trouble()).contains("redis: ");
    }

    private RedisStore open(String host, Optional<Path> ca) throws Exception {
        RedisConfig config = new RedisConfig(
                List.of(new RedisEndpoint(new HostPort(host, port), true)),
                ca,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5));
        return rig.open(config);
    }

    private static Path pem(String kind, byte[] octets) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(octets);
        return Files.writeString(
                directory.resolve(kind.replace(' ', '-') + ".pem"),
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
