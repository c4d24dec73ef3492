package dev.weir.policy;

import dev.weir.http.PathReadings;
import java.util.Locale;

/**
 * What rules may look at before a request is forwarded. The host is brought into one spelling here: lower case, no dot
 * at the end, an IPv6 literal without brackets.
 *
 * @param listener the listener's configured name
 * @param listenerDefault what holds there where the policy says nothing
 * @param client the client's address, as the trusted hops tell it
 * @param method the method, case-sensitive
 * @param host the host asked for, without a port
 * @param hostVerified false if the host is only claimed: rules that allow then don't know it
 * @param port the port asked for
 * @param localPort the port it came in at, where nothing but the client's word leads to {@code port}; else the same
 * @param path every reading of the path; none for CONNECT
 */
public record RequestFacts(
        String listener,
        ListenerDefault listenerDefault,
        IpAddress client,
        String method,
        String host,
        boolean hostVerified,
        int port,
        int localPort,
        PathReadings path) {
    public RequestFacts {
        host = canonicalHost(host);
    }

    /** Where the request goes to {@code port}. */
    public RequestFacts(
            String listener,
            ListenerDefault listenerDefault,
            IpAddress client,
            String method,
            String host,
            boolean hostVerified,
            int port,
            PathReadings path) {
        this(listener, listenerDefault, client, method, host, hostVerified, port, port, path);
    }

    /** The same request as if it were certain to be for this port. */
    public RequestFacts forPort(int certain) {
        return new RequestFacts(listener, listenerDefault, client, method, host, hostVerified, certain, path);
    }

    /** Whether what passes is out of sight: no path, and no type of an answer. */
    boolean isTunnel() {
        return method.equals("CONNECT");
    }

    static String canonicalHost(String host) {
        if (host.indexOf(':') >= 0) {
            String literal = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
            return IpAddress.parse(literal).map(IpAddress::toString).orElse(literal);
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return name.toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }
}
