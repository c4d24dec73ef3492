package dev.weir.edge.upstream;

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
        return ProxyFailure.of(type(cause), ProxyFailure.Source.ORIGIN, target + ": " + cause.getMessage());
    }

    private static ProxyErrorType type(Throwable failure) {
        if (has(failure, DnsNameResolverTimeoutException.class)) {
            return ProxyErrorType.DNS_TIMEOUT;
        }
        if (has(failure, UnknownHostException.class)) {
            return ProxyErrorType.DNS_ERROR;
        }
        if (has(failure, ConnectTimeoutException.class)) {
            return ProxyErrorType.CONNECTION_TIMEOUT;
        }
        if (has(failure, NoRouteToHostException.class)) {
            return ProxyErrorType.DESTINATION_IP_UNROUTABLE;
        }
        if (has(failure, CertificateException.class)) {
            return ProxyErrorType.TLS_CERTIFICATE_ERROR;
        }
        if (has(failure, SSLException.class)) {
            return ProxyErrorType.TLS_PROTOCOL_ERROR;
        }
        return has(failure, ConnectException.class)
                ? ProxyErrorType.CONNECTION_REFUSED
                : ProxyErrorType.CONNECTION_TERMINATED;
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
