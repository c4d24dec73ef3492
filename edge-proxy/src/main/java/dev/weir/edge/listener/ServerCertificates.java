package dev.weir.edge.listener;

import dev.weir.runtime.config.TlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener's certificates and keys, read whole into memory and checked as a set, so that TLS never sees half of a
 * change. The files are looked at every two seconds, off the event loop; new content takes the place of the old only
 * when every pair is sound.
 */
final class ServerCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final long LARGEST_FILE = 1024 * 1024;

    private record Pair(Buffer certificate, Buffer key) {}

    private final Vertx vertx;
    private final TlsConfig config;
    private final Duration handshake;
    private List<Pair> current;
    /** What was tried last, good or bad: a bad set is complained of once. */
    private List<Pair> tried;

    private boolean busy;
    private long timer = -1;

    private ServerCertificates(Vertx vertx, TlsConfig config, Duration handshake, List<Pair> pairs) {
        this.vertx = vertx;
        this.config = config;
        this.handshake = handshake;
        this.current = pairs;
        this.tried = pairs;
    }

    /** Reads and checks the files; fails, naming the file, if a pair isn't sound. */
    static Future<ServerCertificates> load(Vertx vertx, TlsConfig config, Duration handshake) {
        return vertx.executeBlocking(() -> {
            List<Pair> pairs = read(config);
            check(vertx, config, pairs);
            return new ServerCertificates(vertx, config, handshake, pairs);
        });
    }

    /** For a server: the first certificate serves unknown names. */
    ServerSSLOptions options() {
        return options(current);
    }

    private ServerSSLOptions options(List<Pair> pairs) {
        PemKeyCertOptions all = new PemKeyCertOptions();
        pairs.forEach(pair -> all.addCertValue(pair.certificate()).addKeyValue(pair.key()));
        ServerSSLOptions options = new ServerSSLOptions().setKeyCertOptions(all).setSni(pairs.size() > 1);
        options.setUseAlpn(true);
        options.setApplicationLayerProtocols(List.of("h2", "http/1.1"));
        options.setSslHandshakeTimeout(handshake.toMillis()).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /** Follows the files from now on, on the calling context, for {@code server} and all that share its address. */
    void watch(HttpServer server, String listener, ListenerMeters meters) {
        timer = vertx.setPeriodic(PERIOD.toMillis(), tick -> look(server, listener, meters));
    }

    void unwatch() {
        vertx.cancelTimer(timer);
    }

    private void look(HttpServer server, String listener, ListenerMeters meters) {
        if (busy) {
            return;
        }
        busy = true;
        vertx.executeBlocking(this::changed)
                .compose(pairs -> pairs.isEmpty() ? Future.succeededFuture(false) : replace(server, pairs))
                .onComplete(outcome -> {
                    busy = false;
                    if (outcome.failed()) {
                        meters.certificates("refused");
                        LOG.warn(
                                "listener {}: new certificates refused, the old ones stay: {}",
                                listener,
                                outcome.cause().toString());
                    } else if (outcome.result()) {
                        meters.certificates("taken");
                        LOG.info("listener {}: new certificates taken over", listener);
                    }
                });
    }

    /** The new content, checked; empty if nothing has changed since the last look. */
    private List<Pair> changed() throws IOException, GeneralSecurityException {
        List<Pair> pairs;
        synchronized (this) {
            pairs = read(config);
            if (pairs.equals(tried)) {
                return List.of();
            }
            tried = pairs;
            if (pairs.equals(current)) {
                return List.of();
            }
        }
        check(vertx, config, pairs);
        return pairs;
    }

    private Future<Boolean> replace(HttpServer server, List<Pair> pairs) {
        return server.updateSSLOptions(options(pairs), true).map(updated -> {
            synchronized (this) {
                current = pairs;
            }
            return true;
        });
    }

    private static List<Pair> read(TlsConfig config) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        for (TlsConfig.KeyPair files : config.certificates()) {
            pairs.add(new Pair(content(files.certificate()), content(files.key())));
        }
        return List.copyOf(pairs);
    }

    private static Buffer content(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0 || size > LARGEST_FILE) {
            throw new IOException(file + ": " + size + " bytes (expected: 1 to " + LARGEST_FILE + ")");
        }
        return Buffer.buffer(Files.readAllBytes(file));
    }

    /** Each key must be the one its certificate speaks of. */
    private static void check(Vertx vertx, TlsConfig config, List<Pair> pairs) throws GeneralSecurityException {
        for (int i = 0; i < pairs.size(); i++) {
            Path file = config.certificates().get(i).certificate();
            Pair pair = pairs.get(i);
            try {
                PemKeyCertOptions one =
                        new PemKeyCertOptions().addCertValue(pair.certificate()).addKeyValue(pair.key());
                KeyManager manager = one.getKeyManagerFactory(vertx).getKeyManagers()[0];
                check((X509KeyManager) manager);
            } catch (Exception e) {
                throw new GeneralSecurityException(file + " and its key: " + e.getMessage(), e);
            }
        }
    }

    private static void check(X509KeyManager manager) throws GeneralSecurityException {
        for (String type : new String[] {"RSA", "EC", "EdDSA", "Ed25519"}) {
            String[] aliases = manager.getServerAliases(type, null);
            if (aliases != null && aliases.length > 0) {
                X509Certificate leaf = manager.getCertificateChain(aliases[0])[0];
                leaf.checkValidity();
                match(leaf.getPublicKey(), manager.getPrivateKey(aliases[0]));
                return;
            }
        }
        throw new GeneralSecurityException("no RSA, EC or EdDSA key");
    }

    private static void match(PublicKey certified, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = new byte[32];
        new SecureRandom().nextBytes(probe);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(probe);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not the certificate's");
        }
    }
}
