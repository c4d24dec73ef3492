package dev.weir.edge.upstream;

import io.vertx.core.Future;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** How the edge makes TLS connections to origins: certificates and names are always verified. */
final class ClientTls {
    private static final String HTTP2 = "h2";

    private ClientTls() {}

    /** Options that trust what the JDK trusts, and {@code authorities} beside it. */
    static ClientSSLOptions trusting(List<X509Certificate> authorities) {
        ClientSSLOptions options = new ClientSSLOptions();
        options.setHostnameVerificationAlgorithm("HTTPS");
        options.setTrustAll(false);
        options.setTrustOptions(TrustOptions.wrap(trustManager(authorities)));
        return options;
    }

    /** The same, with HTTP/2 as the only protocol to choose (RFC 9113 §3.2). */
    static ClientSSLOptions http2(ClientSSLOptions options) {
        return options.copy().setUseAlpn(true).setApplicationLayerProtocols(List.of(HTTP2));
    }

    /** Fails if the far end has not chosen HTTP/2. */
    static Future<NetSocket> chosenHttp2(NetSocket socket) {
        if (HTTP2.equals(socket.applicationLayerProtocol())) {
            return Future.succeededFuture(socket);
        }
        socket.close().onFailure(unheard -> {});
        return Future.failedFuture(new SSLException("no protocol chosen (expected: " + HTTP2 + ")"));
    }

    private static X509TrustManager trustManager(List<X509Certificate> authorities) {
        try {
            X509TrustManager jdk = fromFactory(null);
            if (authorities.isEmpty()) {
                return jdk;
            }
            KeyStore both = KeyStore.getInstance(KeyStore.getDefaultType());
            both.load(null, null);
            int number = 0;
            for (X509Certificate issuer : jdk.getAcceptedIssuers()) {
                both.setCertificateEntry("jdk-" + number++, issuer);
            }
            for (X509Certificate issuer : authorities) {
                both.setCertificateEntry("own-" + number++, issuer);
            }
            return fromFactory(both);
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException("trust store: " + failure.getMessage(), failure);
        }
    }

    private static X509TrustManager fromFactory(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no X.509 trust manager");
    }
}
