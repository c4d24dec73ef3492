package dev.weir.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What proxies tell an origin about the client: Forwarded (RFC 7239) and the older X-Forwarded-For, -Proto and -Host.
 * Anybody can write these fields, so they count only as far as trusted hops vouch for them.
 */
public final class ForwardedFields {
    private static final Set<String> CLIENT_FIELDS = Set.of(
            "forwarded",
            "x-forwarded",
            "x-real-ip",
            "x-client-ip",
            "client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "x-cluster-client-ip",
            "x-originating-ip",
            "x-remote-ip",
            "x-remote-addr");

    private ForwardedFields() {}

    /** Which field the trusted proxies write. Reading both would let a client fill in the one they don't. */
    public enum Source {
        /** X-Forwarded-For. */
        X_FORWARDED_FOR,
        /** Forwarded (RFC 7239). */
        FORWARDED
    }

    /**
     * What this proxy knows of the connection that a request came on.
     *
     * @param peer the other end
     * @param scheme {@code http} or {@code https}
     * @param host what Host says
     */
    public record Hop(InetAddress peer, String scheme, String host) {}

    /**
     * {@code fields} with this hop appended. What came from a peer that isn't trusted is dropped first; from a trusted
     * one, X-Forwarded-Proto and X-Forwarded-Host stay as they are.
     */
    public static HeaderFields disclose(HeaderFields fields, Hop hop, boolean peerTrusted) {
        HeaderFields kept = peerTrusted ? fields : withoutClient(fields);
        String address = IpLiteral.format(hop.peer());
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        String host = FieldSyntax.isToken(hop.host()) ? hop.host() : FieldSyntax.quote(hop.host());
        String element = "for=" + node + ";host=" + host + ";proto=" + hop.scheme();
        HeaderFields.Builder builder = kept.toBuilder();
        builder.set("X-Forwarded-For", appended(kept, "X-Forwarded-For", address));
        if (!kept.contains("X-Forwarded-Proto")) {
            builder.add("X-Forwarded-Proto", hop.scheme());
        }
        if (!kept.contains("X-Forwarded-Host")) {
            builder.add("X-Forwarded-Host", hop.host());
        }
        builder.set("Forwarded", appended(kept, "Forwarded", element));
        return builder.build();
    }

    /** {@code fields} without everything that commonly names a client or what it asked a proxy for. */
    public static HeaderFields withoutClient(HeaderFields fields) {
        return fields.without(ForwardedFields::namesClient);
    }

    /** Whether the field of this name commonly tells who the client is: Forwarded, X-Forwarded-*, X-Real-IP and kin. */
    public static boolean namesClient(String name) {
        if (name.length() < 9) {
            return false;
        }
        char first = name.charAt(0);
        if ("fFxXcCtT".indexOf(first) < 0) {
            return false;
        }
        return name.regionMatches(true, 0, "x-forwarded-", 0, 12)
                || CLIENT_FIELDS.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * The address of the client: from the peer on, hop by hop from right to left, as long as each hop is trusted. A hop
     * that isn't an address (unknown, obfuscated, malformed) ends the walk at the last address known (RFC 7239 §5.2).
     */
    public static InetAddress clientAddress(
            HeaderFields fields, InetAddress peer, Source source, Predicate<InetAddress> trusted) {
        if (!trusted.test(peer)) {
            return peer;
        }
        boolean forwarded = source == Source.FORWARDED;
        List<String> hops = FieldSyntax.list(fields, forwarded ? "Forwarded" : "X-Forwarded-For");
        InetAddress client = peer;
        for (int i = hops.size() - 1; i >= 0; i--) {
            String node = forwarded ? parameter(hops.get(i), "for").orElse("") : hops.get(i);
            Optional<InetAddress> address = address(node);
            if (address.isEmpty()) {
                return client;
            }
            client = address.get();
            if (!trusted.test(client)) {
                return client;
            }
        }
        return client;
    }

    /**
     * The value of a parameter in the member that the nearest proxy appended to Forwarded; empty if there is none (RFC
     * 7239 §4).
     */
    public static Optional<String> nearest(HeaderFields fields, String parameter) {
        List<String> hops = FieldSyntax.list(fields, "Forwarded");
        return hops.isEmpty() ? Optional.empty() : parameter(hops.get(hops.size() - 1), parameter);
    }

    private static String appended(HeaderFields fields, String name, String member) {
        Optional<String> before = fields.combined(name);
        return before.isEmpty() || before.get().isEmpty() ? member : before.get() + ", " + member;
    }

    /** The value of the parameter in one member of Forwarded; none if it stands there twice. */
    private static Optional<String> parameter(String member, String name) {
        Optional<String> found = Optional.empty();
        int start = 0;
        while (start <= member.length()) {
            int end = FieldSyntax.memberEnd(member, start, ';');
            String pair = FieldSyntax.trimmed(member, start, end);
            int equals = pair.indexOf('=');
            if (equals == name.length() && pair.regionMatches(true, 0, name, 0, equals)) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                String value = pair.substring(equals + 1);
                found = Optional.of(FieldSyntax.unquote(value).orElse(value));
            }
            start = end + 1;
        }
        return found;
    }

    /** The address in a node such as {@code 192.0.2.7:80} or {@code [2001:db8::1]:80} (RFC 7239 §6). */
    private static Optional<InetAddress> address(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            boolean port = end > 0 && (end == node.length() - 1 || isPort(node, end + 1));
            int colon = node.indexOf(':');
            return port && colon > 0 && colon < end ? IpLiteral.parse(node.substring(1, end)) : Optional.empty();
        }
        int colon = node.indexOf(':');
        if (colon >= 0 && colon == node.lastIndexOf(':')) {
            return isPort(node, colon) ? IpLiteral.parse(node.substring(0, colon)) : Optional.empty();
        }
        return IpLiteral.parse(node);
    }

    /** Whether a colon and a port, decimal or obfuscated, stand from {@code colon} on. */
    private static boolean isPort(String node, int colon) {
        if (node.charAt(colon) != ':' || colon + 1 == node.length()) {
            return false;
        }
        boolean obfuscated = node.charAt(colon + 1) == '_';
        for (int i = colon + 1; i < node.length(); i++) {
            char c = node.charAt(i);
            if (obfuscated ? !FieldSyntax.isTokenCharacter(c) : !IpLiteral.isDigit(c)) {
                return false;
            }
        }
        return obfuscated || node.length() - colon <= 6;
    }
}
