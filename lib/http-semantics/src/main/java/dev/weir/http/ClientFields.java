package dev.weir.http;

import java.util.Locale;
import java.util.Set;

/** The fields by which proxies, balancers and delivery networks commonly name a client, or what it asked them for. */
final class ClientFields {
    /** Each is taken by some software for the client's address, as a whole. */
    private static final Set<String> ADDRESSES = Set.of(
            "ali-cdn-real-ip",
            "cdn-real-ip",
            "cdn-src-ip",
            "client-ip",
            "do-connecting-ip",
            "eo-client-ip",
            "eo-connecting-ip",
            "fastly-client-ip",
            "fly-client-ip",
            "forwarded-for",
            "forwarded-for-ip",
            "http-client-ip",
            "incap-client-ip",
            "proxy-client-ip",
            "true-client-ip",
            "wl-proxy-client-ip",
            "x-appengine-user-ip",
            "x-arr-clientip",
            "x-azure-clientip",
            "x-azure-socketip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-coming-from",
            "x-cluster-ip",
            "x-envoy-external-address",
            "x-forwarded",
            "x-nf-client-connection-ip",
            "x-original-forwarded-for",
            "x-original-remote-addr",
            "x-originating-ip",
            "x-proxyuser-ip",
            "x-real-ip",
            "x-remote-addr",
            "x-remote-ip",
            "x-sucuri-clientip",
            "x-user-ip",
            "x-vercel-forwarded-for",
            "x-vercel-proxied-for");

    private static final Set<String> OTHERS = Set.of("forwarded", "x-original-host", "x-original-proto");

    /** First letters of the above, either case. */
    private static final String FIRST = "acdefhiptwxACDEFHIPTWX";

    private ClientFields() {}

    /** Whether the field of this name tells of a client: Forwarded, X-Forwarded-*, CF-*, X-Real-IP and kin. */
    static boolean contains(String name) {
        if (name.length() < 4 || FIRST.indexOf(name.charAt(0)) < 0) {
            return false;
        }
        if (name.regionMatches(true, 0, "x-forwarded-", 0, 12) || name.regionMatches(true, 0, "cf-", 0, 3)) {
            // Of these some are credentials, which are the client's own to show.
            return !name.regionMatches(true, 0, "cf-access-", 0, 10);
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return ADDRESSES.contains(lower) || OTHERS.contains(lower);
    }

    /** Whether the field of this name gives the client's address as its whole value. */
    static boolean isAddress(String name) {
        return name.length() > 7
                && FIRST.indexOf(name.charAt(0)) >= 0
                && (name.regionMatches(true, 0, "cf-connecting-ip", 0, 16)
                        || ADDRESSES.contains(name.toLowerCase(Locale.ROOT)));
    }
}
