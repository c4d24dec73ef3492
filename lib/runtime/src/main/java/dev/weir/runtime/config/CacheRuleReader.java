package dev.weir.runtime.config;

import dev.weir.http.caching.Ignored;
import dev.weir.settings.ByteSize;
import dev.weir.settings.DurationText;
import dev.weir.settings.Mapping;
import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import dev.weir.settings.Sequence;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads {@code cache.rules}. */
final class CacheRuleReader {
    private static final int MOST_RULES = 256;
    private static final int MOST_OF_A_LIST = 256;
    private static final ByteSize NOTHING = new ByteSize(0);
    private static final ByteSize MOST_POST = ByteSize.ofMiB(1);
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Reading<String> NAME = matching(
            "a name of lower-case letters, digits and hyphens, a letter first, at most 40", "[a-z][a-z0-9-]{0,39}");
    private static final Reading<String> PARAMETER =
            matching("the name of a parameter, or the beginning of names with * behind it", "[^*&=#?\\s]+\\*?|\\*");
    private static final Reading<String> HOST = new Reading<>(
            "a name, *.name, or *",
            text -> Optional.of(text.toLowerCase(Locale.ROOT))
                    .filter(host -> RouteReader.HOST.matcher(host).matches()));
    private static final Reading<String> PATH =
            matching("a path that begins with \"/\", without query or *", "/[^?#*\\s]*");
    private static final Reading<Ignored> IGNORED = new Reading<>("one of " + Ignored.words(), Ignored::of);
    private static final Reading<Duration> SECONDS = new Reading<>(
            "a duration of whole seconds from 0s to 365d",
            text -> DurationText.parse(text)
                    .filter(given -> !given.isNegative()
                            && given.compareTo(LONGEST) <= 0
                            && given.equals(given.truncatedTo(ChronoUnit.SECONDS))));

    private CacheRuleReader() {}

    private static Reading<String> matching(String expected, String regex) {
        Pattern pattern = Pattern.compile(regex);
        return new Reading<>(
                expected,
                text -> Optional.of(text).filter(t -> pattern.matcher(t).matches()));
    }

    static List<CacheRuleConfig> rules(Section cache) {
        List<Section> sections = cache.sections("rules");
        if (sections.size() > MOST_RULES) {
            cache.problem("rules", sections.size() + " rules (expected: at most " + MOST_RULES + ")");
        }
        Set<String> names = new HashSet<>();
        List<CacheRuleConfig> rules = new ArrayList<>();
        for (Section section : sections) {
            CacheRuleConfig rule = rule(section);
            if (!rule.name().isEmpty() && !names.add(rule.name())) {
                section.problem("name", "\"" + rule.name() + "\" is the name of another rule, too");
            }
            rules.add(rule);
        }
        return List.copyOf(rules);
    }

    private static CacheRuleConfig rule(Section section) {
        String name = section.required("name", NAME, "");
        List<String> hosts = list(section, "hosts", HOST);
        List<String> paths = list(section, "paths", PATH);
        if (!names(section, "hosts") && !names(section, "paths")) {
            section.problem("hosts", "missing (expected: hosts or paths; hosts: [\"*\"] for everything)");
        }
        CacheLifetimeConfig ttl = lifetime(section.section("ttl"));
        CacheLifetimeConfig errors = lifetime(section.section("errors"));
        Set<Ignored> ignore = new HashSet<>(section.list("ignore", IGNORED, true));
        CacheQueryConfig query = query(section.section("query"));
        ByteSize post = section.size("post", NOTHING, MOST_POST, NOTHING);
        boolean wants = Stream.of("ttl", "errors", "ignore", "query", "post").anyMatch(key -> names(section, key));
        if (!wants) {
            section.problem("name", "a rule that wants nothing (expected: ttl, errors, ignore, query or post)");
        }
        return new CacheRuleConfig(name, hosts, paths, ttl, errors, ignore, query, post);
    }

    /** Whether something stands there, right or wrong. */
    private static boolean names(Section section, String key) {
        return section.node(key)
                .filter(node -> !(node instanceof Sequence list && list.items().isEmpty())
                        && !(node instanceof Mapping mapping
                                && mapping.entries().isEmpty()))
                .isPresent();
    }

    private static CacheLifetimeConfig lifetime(Section section) {
        CacheLifetimeConfig lifetime = new CacheLifetimeConfig(
                section.optional("of", SECONDS),
                section.optional("default", SECONDS),
                section.optional("least", SECONDS),
                section.optional("most", SECONDS));
        boolean others = lifetime.absent().isPresent()
                || lifetime.least().isPresent()
                || lifetime.most().isPresent();
        if (lifetime.of().isPresent() && others) {
            section.problem("of", "stands alone (expected: of, or default, least and most)");
        }
        inOrder(section, lifetime.least(), lifetime.most(), "least", "most");
        inOrder(section, lifetime.least(), lifetime.absent(), "least", "default");
        inOrder(section, lifetime.absent(), lifetime.most(), "default", "most");
        return lifetime;
    }

    private static void inOrder(
            Section section, Optional<Duration> less, Optional<Duration> more, String lessName, String moreName) {
        if (less.isPresent() && more.isPresent() && less.get().compareTo(more.get()) > 0) {
            section.problem(
                    lessName,
                    DurationText.of(less.get()) + " (expected: no more than " + moreName + ", "
                            + DurationText.of(more.get()) + ")");
        }
    }

    private static CacheQueryConfig query(Section section) {
        List<String> drop = list(section, "drop", PARAMETER);
        boolean keeps = section.has("keep");
        List<String> keep = list(section, "keep", PARAMETER);
        if (keeps && section.has("drop")) {
            section.problem("keep", "stands in place of drop (expected: one of them)");
        }
        return new CacheQueryConfig(drop, keeps ? Optional.of(keep) : Optional.empty(), section.bool("sort", false));
    }

    private static <V> List<V> list(Section section, String key, Reading<V> reading) {
        List<V> values = section.list(key, reading, true);
        if (values.size() > MOST_OF_A_LIST) {
            section.problem(key, values.size() + " entries (expected: at most " + MOST_OF_A_LIST + ")");
        }
        return values;
    }
}
