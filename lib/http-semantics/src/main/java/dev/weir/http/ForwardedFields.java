package dev.weir.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
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
    private ForwardedFields() {}

    /** Which field the trusted proxies write. Reading both would let a client fill in the one they don't. */
    public enum Source {
        /** X-Forwarded-For. */
        X_FORWARDED_FOR,
        /** Forwarded (RFC 7239). */
        FORWARDED
    }

    /**
     * What this proxy knows of the request's way here.
     *
     * @param peer the other end of the connection
     * @param client who asks: the peer, or whom trusted hops vouch for
     * @param scheme {@code http} or {@code https}, as the client asked
     * @param host what Host says
     */
    public record Hop(InetAddress peer, InetAddress client, String scheme, String host) {}

    /**
     * {@code fields} with this hop appended. What came from a peer that isn't trusted is dropped first. From a trusted
     * one stays what agrees with what is known of the client by {@link #clientAddress(HeaderFields, InetAddress,
     * Predicate)}: proxies write one of these fields and let others pass that the client filled in.
     */
    public static HeaderFields disclose(HeaderFields fields, Hop hop, boolean peerTrusted) {
        HeaderFields kept = peerTrusted ? agreeing(fields, hop) : withoutClient(fields);
        String address = IpLiteral.format(hop.peer());
        String element = "for=" + node(address) + ";host="
                + (FieldSyntax.isToken(hop.host()) ? hop.host() : FieldSyntax.quote(hop.host())) + ";proto="
                + hop.scheme();
        HeaderFields.Builder builder = kept.toBuilder();
        builder.set("X-Forwarded-For", appended(chain(kept, hop), address));
        builder.set("X-Forwarded-Proto", hop.scheme());
        if (!kept.contains("X-Forwarded-Host")) {
            builder.add("X-Forwarded-Host", hop.host());
        }
        builder.set("Forwarded", appended(told(kept, hop), element));
        return builder.build();
    }

    /** {@code fields} without addresses of another client, and without a host that is none. */
    private static HeaderFields agreeing(HeaderFields fields, Hop hop) {
        HeaderFields.Builder kept = HeaderFields.builder();
        boolean host = host(fields).isPresent();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            boolean other = name.equalsIgnoreCase("X-Forwarded-Host")
                    ? !host
                    : ClientFields.isAddress(name) && !address(fields.value(i)).equals(Optional.of(hop.client()));
            if (!other) {
                kept.add(name, fields.value(i));
            }
        }
        return kept.build();
    }

    /** X-Forwarded-For as it came; if a trusted hop wrote Forwarded alone, the client that it names. */
    private static String chain(HeaderFields fields, Hop hop) {
        Optional<String> came = fields.combined("X-Forwarded-For");
        return came.isPresent() || hop.client().equals(hop.peer()) ? came.orElse("") : IpLiteral.format(hop.client());
    }

    /** The members of Forwarded from the client on, but for hosts and schemes that differ from ours. */
    private static String told(HeaderFields fields, Hop hop) {
        List<String> members = hops(fields, Source.FORWARDED);
        StringBuilder told = new StringBuilder();
        for (String member : members.subList(client(members, fields, hop), members.size())) {
            String kept = withoutOther(member, hop);
            if (!kept.isEmpty()) {
                told.append(told.length() == 0 ? "" : ", ").append(kept);
            }
        }
        return told.toString();
    }

    /**
     * Where the member stands that names the client; behind the last if there is none, or somebody stands behind it of whom
     * X-Forwarded-For, which was believed, knows nothing. What stands before it nobody vouches for.
     */
    private static int client(List<String> members, HeaderFields fields, Hop hop) {
        boolean chained = fields.contains("X-Forwarded-For");
        Set<InetAddress> behind = chained ? behindClient(fields, hop) : Set.of();
        for (int i = members.size() - 1; i >= 0; i--) {
            Optional<InetAddress> named = parameter(members.get(i), "for").flatMap(ForwardedFields::address);
            if (named.isPresent() && named.get().equals(hop.client())) {
                return i;
            }
            if (chained && (named.isEmpty() || !behind.contains(named.get()))) {
                break;
            }
        }
        return members.size();
    }

    /** The hops in X-Forwarded-For between us and the client. */
    private static Set<InetAddress> behindClient(HeaderFields fields, Hop hop) {
        List<String> hops = hops(fields, Source.X_FORWARDED_FOR);
        Set<InetAddress> behind = new HashSet<>();
        for (int i = hops.size() - 1; i >= 0; i--) {
            Optional<InetAddress> named = address(hops.get(i));
            if (named.isEmpty() || named.get().equals(hop.client())) {
                break;
            }
            behind.add(named.get());
        }
        return behind;
    }

    private static String withoutOther(String member, Hop hop) {
        StringBuilder kept = new StringBuilder(member.length());
        for (String pair : pairs(member)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || pair.chars().filter(c -> c == '"').count() % 2 != 0) {
                return "";
            }
            String name = pair.substring(0, equals);
            String value = FieldSyntax.unquote(pair.substring(equals + 1)).orElse(pair.substring(equals + 1));
            boolean other = (name.equalsIgnoreCase("host") && !value.equalsIgnoreCase(hop.host()))
                    || (name.equalsIgnoreCase("proto") && !value.equalsIgnoreCase(hop.scheme()));
            if (!other) {
                kept.append(kept.length() == 0 ? "" : ";").append(pair);
            }
        }
        return kept.toString();
    }

    /**
     * The scheme that the client used, by the word of a trusted peer: X-Forwarded-Proto if it is one word; without any
     * field of that family, what the peer's member of Forwarded says. Empty if that is neither {@code http} nor
     * {@code https}.
     */
    public static Optional<String> scheme(HeaderFields fields) {
        List<String> said = fields.all("X-Forwarded-Proto");
        Optional<String> scheme = said.size() == 1
                ? Optional.of(said.get(0))
                : said.isEmpty() && !fields.contains("X-Forwarded-For") ? nearest(fields, "proto") : Optional.empty();
        return scheme.map(word -> word.toLowerCase(Locale.ROOT))
                .filter(word -> word.equals("http") || word.equals("https"));
    }

    /** The authority in X-Forwarded-Host; empty unless it is one. */
    public static Optional<Authority> host(HeaderFields fields) {
        List<String> said = fields.all("X-Forwarded-Host");
        return said.size() == 1 ? Authority.parse(said.get(0)) : Optional.empty();
    }

    /**
     * What these fields say of scheme and host that differs from the request's own, as one text; empty if nothing does.
     * An origin that is told so may answer by it, so a stored answer is for those alone who said the same.
     */
    public static String otherTarget(HeaderFields fields, String scheme, Authority authority) {
        StringBuilder other = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            String value = fields.value(i);
            if (name.equalsIgnoreCase("X-Forwarded-Host")) {
                note(other, "h", value, authority.toString());
            } else if (name.equalsIgnoreCase("X-Forwarded-Proto")) {
                note(other, "p", value, scheme);
            } else if (name.equalsIgnoreCase("X-Original-Host")) {
                note(other, "oh", value, authority.toString());
            } else if (name.equalsIgnoreCase("X-Original-Proto")) {
                note(other, "op", value, scheme);
            } else if (name.equalsIgnoreCase("Forwarded")) {
                for (String member : FieldSyntax.list(value)) {
                    noteMember(other, member, scheme, authority);
                }
            }
        }
        return other.toString();
    }

    /** Whatever somebody could take for another host or scheme counts, be it twice or badly written. */
    private static void noteMember(StringBuilder other, String member, String scheme, Authority authority) {
        for (String pair : pairs(member)) {
            String lower = pair.toLowerCase(Locale.ROOT);
            String own = lower.startsWith("host=") ? authority.toString() : lower.startsWith("proto=") ? scheme : "";
            String value = pair.substring(pair.indexOf('=') + 1);
            if ((lower.contains("host") || lower.contains("proto"))
                    && !FieldSyntax.unquote(value).orElse(value).equals(own)) {
                other.append("f:").append(pair).append('\n');
            }
        }
    }

    private static void note(StringBuilder other, String what, String value, String own) {
        // Written in another case it is another one to some origins.
        if (!value.isEmpty() && !value.equals(own)) {
            other.append(what).append('=').append(value).append('\n');
        }
    }

    /** {@code fields} without everything that commonly names a client or what it asked a proxy for. */
    public static HeaderFields withoutClient(HeaderFields fields) {
        return fields.without(ForwardedFields::namesClient);
    }

    /** Whether the field of this name commonly tells who the client is: Forwarded, X-Forwarded-*, X-Real-IP and kin. */
    public static boolean namesClient(String name) {
        return ClientFields.contains(name);
    }

    /**
     * The address of the client by X-Forwarded-For, or by Forwarded if nobody wrote the former. A front that writes
     * Forwarded alone must remove X-Forwarded-For; one that writes X-Forwarded-For need not know Forwarded.
     */
    public static InetAddress clientAddress(HeaderFields fields, InetAddress peer, Predicate<InetAddress> trusted) {
        Source source = fields.contains("X-Forwarded-For") ? Source.X_FORWARDED_FOR : Source.FORWARDED;
        return clientAddress(fields, peer, source, trusted);
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
        List<String> hops = hops(fields, source);
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
        List<String> hops = hops(fields, Source.FORWARDED);
        return hops.isEmpty() ? Optional.empty() : parameter(hops.get(hops.size() - 1), parameter);
    }

    /**
     * The members that proxies have appended. X-Forwarded-For knows no quotes; where a quote in Forwarded is never closed,
     * it closes at the next comma: else who begins one swallows what trusted hops append behind it.
     */
    private static List<String> hops(HeaderFields fields, Source source) {
        boolean forwarded = source == Source.FORWARDED;
        List<String> members = new ArrayList<>();
        for (String line : fields.all(forwarded ? "Forwarded" : "X-Forwarded-For")) {
            if (forwarded && isClosed(line)) {
                members.addAll(FieldSyntax.list(line));
                continue;
            }
            int start = 0;
            while (start <= line.length()) {
                int comma = line.indexOf(',', start);
                int end = comma < 0 ? line.length() : comma;
                String member = FieldSyntax.trimmed(line, start, end);
                if (!member.isEmpty()) {
                    members.add(member);
                }
                start = end + 1;
            }
        }
        return members;
    }

    private static boolean isClosed(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return !quoted;
    }

    private static String node(String address) {
        return address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
    }

    private static String appended(String before, String member) {
        return before.isEmpty() ? member : before + ", " + member;
    }

    /** The value of the parameter in one member of Forwarded; none if it stands there twice. */
    private static Optional<String> parameter(String member, String name) {
        Optional<String> found = Optional.empty();
        for (String pair : pairs(member)) {
            int equals = pair.indexOf('=');
            if (equals == name.length() && pair.regionMatches(true, 0, name, 0, equals)) {
                if (found.isPresent()) {
                    return Optional.empty();
                }
                String value = pair.substring(equals + 1);
                found = Optional.of(FieldSyntax.unquote(value).orElse(value));
            }
        }
        return found;
    }

    private static List<String> pairs(String member) {
        List<String> pairs = new ArrayList<>(4);
        int start = 0;
        while (start <= member.length()) {
            int end = FieldSyntax.memberEnd(member, start, ';');
            String pair = FieldSyntax.trimmed(member, start, end);
            if (!pair.isEmpty()) {
                pairs.add(pair);
            }
            start = end + 1;
        }
        return pairs;
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
