package dev.weir.cache;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which keys Redis may evict: only {@code volatile-*} spares the sequence of purges, which has no TTL. */
final class EvictionPolicy {
    private static final Pattern POLICY = Pattern.compile("maxmemory_policy:(\\S+)");

    private EvictionPolicy() {}

    /** What is wrong with the policy in this answer to INFO; else empty. */
    static String troubleIn(String info) {
        Matcher policy = POLICY.matcher(info);
        if (!policy.find()) {
            return "redis: maxmemory-policy unknown (expected: volatile-*)";
        }
        return policy.group(1).startsWith("volatile-")
                ? ""
                : "redis: maxmemory-policy " + policy.group(1) + " (expected: volatile-*)";
    }
}
