package dev.weir.launcher;

import java.util.Map;

/** What the short words of the cache mean, in sentences: the words are those of Cache-Status, log and metrics. */
final class CacheWords {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("fresh", "it is fresh"),
            Map.entry("stale", "it is stale"),
            Map.entry("stale-while-revalidate", "it is stale, and the origin lets it be used while it is renewed"),
            Map.entry("no-cache", "the origin wants it confirmed each time"),
            Map.entry("request-no-cache", "the client wants it confirmed (no-cache, max-age=0)"),
            Map.entry("request-max-age", "it is older than the client wants"),
            Map.entry("request-min-fresh", "it doesn't stay fresh for as long as the client wants"),
            Map.entry("only-if-cached", "the client forbids asking the origin: 504"),
            Map.entry("to-confirm", "it was softly purged, or this edge hears nothing of purges"),
            Map.entry("nothing-stored", "nothing is stored under this key"),
            Map.entry("vary-miss", "what is stored is for other values of the selecting fields (Vary)"),
            Map.entry("purges-missing", "this edge has missed purges and uses nothing until it has caught up"),
            Map.entry("route", "the route says cache: off, or the answer is for one client alone"),
            Map.entry("content", "the request has content"),
            Map.entry("request", "its conditions or its Upgrade are for the origin to judge"),
            Map.entry("bypass", "the cache had nothing to do with it"),
            Map.entry("post", "a rule has its answers stored by their request's content, which isn't known here"),
            Map.entry("method", "of this method nothing is stored"),
            Map.entry("status", "its status is never stored, or depends on what the key doesn't hold"),
            Map.entry("status-not-understood", "it says must-understand, and its status isn't understood"),
            Map.entry("request-no-store", "its client forbade it (Cache-Control: no-store in the request)"),
            Map.entry("no-store", "the origin forbids it"),
            Map.entry("private", "the origin says that it is for one client"),
            Map.entry(
                    "authorization", "the request had Authorization, and the answer doesn't say that it may be shared"),
            Map.entry("cookie", "the request was a POST with Cookie, and the answer doesn't say that it is public"),
            Map.entry("vary", "its Vary is * or malformed: no other request could match"),
            Map.entry("no-freshness", "nothing in it says how long it is fresh, and nothing to confirm it by"),
            Map.entry(
                    "set-cookie",
                    "it has Set-Cookie, and its origin doesn't say that it is for all, or the profile is cautious"),
            Map.entry("error-status", "it is an error, and the profile is cautious"),
            Map.entry("part-range", "it is a part, and doesn't say of what, or in how many octets it has its place"),
            Map.entry("part-unasked", "it is a part that the request, or its one range, hasn't asked for"),
            Map.entry("part-length", "it is a part, and isn't as long as the range that it names"),
            Map.entry("part-validator", "it is a part without a strong validator, and could stand beside no other"),
            Map.entry(
                    "part-alone", "it is a part with no more than If-Range needs, and nothing it belongs to is stored"),
            Map.entry("part-contradicts", "it is a part of something that is stored with another length"),
            Map.entry("octets-missing", "not all that the request asks for is stored of it"),
            Map.entry("octets-behind", "octets followed behind its end"),
            Map.entry("too-long", "it is longer than what may be stored"),
            Map.entry("too-big", "it is longer than what may be stored"),
            Map.entry("too-many-tags", "it has more tags than a purge could find it by"),
            Map.entry("no-memory", "there was no memory for it"),
            Map.entry("broken", "it wasn't as long as it said"),
            Map.entry("aborted", "it broke off, or nobody read it to its end"),
            Map.entry("purged", "it was purged while it arrived"),
            Map.entry("outranked", "it is an error, and a success that is still fresh stays"),
            Map.entry("no-route", "no route is for this host and path"),
            Map.entry("route-ambiguous", "its path can be read so that it belongs to another route"),
            Map.entry("path-ambiguous", "its path can be read in several ways, and a route refuses such paths"));

    private CacheWords() {}

    /** Whether the word is known here; an edge may be newer. */
    static boolean isKnown(String word) {
        return MEANINGS.containsKey(word);
    }

    /** The sentence; the word itself if it isn't known. */
    static String meaning(String word) {
        return MEANINGS.getOrDefault(word, word);
    }
}
