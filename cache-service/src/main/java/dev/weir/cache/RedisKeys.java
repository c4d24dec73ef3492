package dev.weir.cache;

import java.util.ArrayList;
import java.util.List;

/** The names of keys in Redis, in the order in which {@code common.lua} takes them. */
final class RedisKeys {
    private static final String PREFIX = "weir:cache:";

    /** How those of URLs begin. */
    static final String URLS = PREFIX + "url:";

    private static final List<String> PURGES = List.of(
            PREFIX + "purges",
            PREFIX + "purges:log",
            PREFIX + "purges:last",
            PREFIX + "purges:hard",
            PREFIX + "purges:soft");

    private RedisKeys() {}

    static List<String> of(String url) {
        List<String> keys = new ArrayList<>(PURGES);
        keys.add(ofUrl(url));
        return keys;
    }

    static List<String> of(String url, LeaseName lease) {
        List<String> keys = of(url);
        keys.add(ofLease(lease));
        return keys;
    }

    static String ofUrl(String url) {
        return URLS + KeyDigest.of(url);
    }

    /** In a Redis Cluster it lies where the URL does, whose whole name is its hash tag. */
    static String ofLease(LeaseName name) {
        return PREFIX + "lease:{" + URLS + name.url() + "}:" + name.rest();
    }
}
