package dev.weir.cache;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What matters here of Redis' answer to INFO. */
final class RedisInfo {
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");
    private static final Pattern RUN = Pattern.compile("(?m)^run_id:(\\S+)");

    private RedisInfo() {}

    /** What is wrong with the eviction policy, else empty: only {@code volatile-*} spares the sequence of purges, which has no TTL. */
    static String policyTrouble(String info) {
        Matcher policy = POLICY.matcher(info);
        if (!policy.find()) {
            return "redis: maxmemory-policy unknown (expected: volatile-*)";
        }
        return policy.group(1).startsWith("volatile-")
                ? ""
                : "redis: maxmemory-policy " + policy.group(1) + " (expected: volatile-*)";
    }

    /** The name of this run, another one after each start; empty if it isn't told. */
    static String run(String info) {
        Matcher run = RUN.matcher(info);
        return run.find() ? run.group(1) : "";
    }
}
