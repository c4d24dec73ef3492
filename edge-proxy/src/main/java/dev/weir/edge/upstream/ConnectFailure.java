package dev.weir.edge.upstream;

import dev.weir.http.ProxyError;
import io.netty.channel.ConnectTimeoutException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be made, in the words of RFC 9209. */
final class ConnectFailure {
    private ConnectFailure() {}

    static ProxyFailure of(Throwable cause, String target) {
        if (cause instanceof ProxyFailure known) {
            return known;
        }
        return ProxyFailure.of(type(cause), ProxyFailure.Source.ORIGIN, target + ": " + cause.getMessage());
    }

    private static ProxyError type(Throwable failure) {
        if (has(failure, DnsNameResolverTimeoutException.class)) {
            return ProxyError.DNS_TIMEOUT;
        }
        if (has(failure, UnknownHostException.class)) {
            return ProxyError.DNS_ERROR;
        }
        if (has(failure, ConnectTimeoutException.class)) {
            return ProxyError.CONNECTION_TIMEOUT;
        }
        if (has(failure, NoRouteToHostException.class)) {
            return ProxyError.DESTINATION_IP_UNROUTABLE;
        }
        if (has(failure, CertificateException.class)) {
            return ProxyError.TLS_CERTIFICATE_ERROR;
        }
        if (has(failure, SSLException.class)) {
            return ProxyError.TLS_PROTOCOL_ERROR;
        }
        return has(failure, ConnectException.class) ? ProxyError.CONNECTION_REFUSED : ProxyError.CONNECTION_TERMINATED;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (type.isInstance(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
