package dev.weir.runtime.config;

import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import dev.weir.settings.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads {@code redis}. */
final class RedisReader {
    private static final int MOST_SENTINELS = 16;

    private static final Reading<RedisEndpoint> REDIS = endpoint(6379);
    private static final Reading<RedisEndpoint> SENTINEL = endpoint(26379);

    private static final Reading<String> MASTER = new Reading<>(
            "letters, digits, \".\", \"-\" and \"_\", as sentinel.conf names it",
            text -> text.matches("[A-Za-z0-9._-]{1,100}") ? Optional.of(text) : Optional.empty());

    private RedisReader() {}

    static RedisConfig redis(Section section) {
        Optional<SentinelConfig> sentinel = section.optionalSection("sentinel").map(RedisReader::sentinel);
        List<RedisEndpoint> endpoints = section.list("endpoints", sentinel.isPresent() ? SENTINEL : REDIS, false);
        if (isEmpty(section)) {
            section.problem("endpoints", "expected one endpoint, such as redis://redis:6379");
        }
        if (endpoints.size() > 1 && sentinel.isEmpty()) {
            section.problem(
                    "endpoints", "several are for \"sentinel\" (expected: one; Redis Cluster is not built yet)");
        }
        if (endpoints.size() > MOST_SENTINELS) {
            section.problem("endpoints", endpoints.size() + " sentinels (expected: at most " + MOST_SENTINELS + ")");
        }
        long tls = endpoints.stream().filter(RedisEndpoint::tls).count();
        if (tls > 0 && tls < endpoints.size()) {
            section.problem("endpoints", "redis:// and rediss:// together (expected: the same for all)");
        }
        if (tls == 0 && section.has("ca")) {
            section.problem("ca", "is for endpoints of rediss://");
        }
        return new RedisConfig(
                endpoints,
                section.optionalFilePath("ca"),
                sentinel,
                section.optionalText("user"),
                section.optionalText("password").map(Secret::new),
                section.duration("connect", Duration.ofMillis(10), Duration.ofMinutes(1), Duration.ofSeconds(2)),
                section.duration("command", Duration.ofMillis(5), Duration.ofMinutes(1), Duration.ofMillis(500)));
    }

    private static boolean isEmpty(Section section) {
        return section.node("endpoints")
                .map(node -> node instanceof Sequence list && list.items().isEmpty())
                .orElse(true);
    }

    private static SentinelConfig sentinel(Section section) {
        return new SentinelConfig(
                section.required("master", MASTER, "master"),
                section.optionalText("user"),
                section.optionalText("password").map(Secret::new));
    }

    private static Reading<RedisEndpoint> endpoint(int defaultPort) {
        return new Reading<>(
                "redis://host[:port] or rediss://host[:port] (user and password have keys of their own)",
                text -> RedisEndpoint.parse(text, defaultPort));
    }
}
