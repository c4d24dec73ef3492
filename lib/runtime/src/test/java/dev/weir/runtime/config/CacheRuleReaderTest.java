package dev.weir.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.http.PathReadings;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheRules;
import dev.weir.http.caching.Ignored;
import dev.weir.http.caching.LifetimeRule;
import dev.weir.http.caching.QueryRule;
import dev.weir.http.caching.TargetList;
import dev.weir.settings.Interpolation;
import dev.weir.settings.SettingsException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheRuleReaderTest {
    private final WeirConfigReader reader =
            WeirConfigReader.of(new Interpolation(name -> Optional.empty(), path -> ""));

    @Test
    void readsAllThatARuleCanWant() {
        CacheRules rules = reader.read("weir.yaml", """
                        cache:
                          targeted: [Near-Control]
                          rules:
                            - name: images
                              hosts: [IMG.example, "*.cdn.example"]
                              paths: [/img/, /logo.svg]
                              ttl: { of: 1h }
                              errors: { default: 10s, least: 5s, most: 1m }
                              ignore: [no-store, no-cache, private, set-cookie, vary, proxy-revalidate, request-directives]
                              query: { drop: ["utm_*", fbclid], sort: true }
                            - { name: rest, hosts: "*", query: { keep: [] }, post: 64KiB }
                        """).cache().applied();
        TargetList targets = new TargetList(List.of("Near-Control"));
        assertThat(rules.of("img.example", PathReadings.of("/img/a")))
                .isEqualTo(new CacheRule(
                        "images",
                        targets,
                        new LifetimeRule(3_600, -1, -1, -1),
                        new LifetimeRule(-1, 10, 5, 60),
                        Set.of(Ignored.values()),
                        new QueryRule(List.of("utm_*", "fbclid"), false, true),
                        0));
        assertThat(rules.of("other.example", PathReadings.of("/img/a")))
                .isEqualTo(new CacheRule(
                        "rest",
                        targets,
                        LifetimeRule.NONE,
                        LifetimeRule.NONE,
                        Set.of(),
                        new QueryRule(List.of(), true, false),
                        65_536));
    }

    @Test
    void withoutRulesThereIsNone() {
        CacheRules rules = reader.read("weir.yaml", "cache: {}").cache().applied();
        assertThat(rules.all()).isEmpty();
        assertThat(rules.of("a.test", PathReadings.of("/")))
                .isEqualTo(CacheRule.none(new TargetList(List.of("CDN-Cache-Control"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # rules                                                          | problem
            {hosts: a.b, ttl: {of: 1s}}                                      | [0].name: missing (expected: a name of lower-case letters, digits and hyphens, a letter first, at most 40)
            {name: A, hosts: a.b, ttl: {of: 1s}}                             | [0].name: expected a name of lower-case letters, digits and hyphens, a letter first, at most 40 (found: "A")
            {name: a:b, hosts: a.b, ttl: {of: 1s}}                           | [0].name: expected a name of lower-case letters, digits and hyphens, a letter first, at most 40 (found: "a:b")
            {name: a, hosts: a.b, ttl: {of: 1s}}, {name: a, hosts: c, ignore: vary} | [1].name: "a" is the name of another rule, too
            {name: a, ttl: {of: 1s}}                                         | [0].hosts: missing (expected: hosts or paths; hosts: ["*"] for everything)
            {name: a, hosts: []  , ttl: {of: 1s}}                            | [0].hosts: missing (expected: hosts or paths; hosts: ["*"] for everything)
            {name: a, hosts: "a b", ttl: {of: 1s}}                           | [0].hosts[0]: expected a name, *.name, or * (found: "a b")
            {name: a, paths: a, ttl: {of: 1s}}                               | [0].paths[0]: expected a path that begins with "/", without query or * (found: "a")
            {name: a, paths: [/a, /*.jpg], ttl: {of: 1s}}                    | [0].paths[1]: expected a path that begins with "/", without query or * (found: "/*.jpg")
            {name: a, paths: /, ttl: {}, ignore: []}                         | [0].name: a rule that wants nothing (expected: ttl, errors, ignore, query or post)
            {name: a, paths: /}                                              | [0].name: a rule that wants nothing (expected: ttl, errors, ignore, query or post)
            {name: a, paths: /, ttl: {of: 1s, most: 2s}}                     | [0].ttl.of: stands alone (expected: of, or default, least and most)
            {name: a, paths: /, ttl: {of: 1500ms}}                           | [0].ttl.of: expected a duration of whole seconds from 0s to 365d (found: "1500ms")
            {name: a, paths: /, ttl: {of: 366d}}                             | [0].ttl.of: expected a duration of whole seconds from 0s to 365d (found: "366d")
            {name: a, paths: /, ttl: {least: 2m, most: 1m}}                  | [0].ttl.least: 2m (expected: no more than most, 1m)
            {name: a, paths: /, errors: {least: 2m, default: 1m}}            | [0].errors.least: 2m (expected: no more than default, 1m)
            {name: a, paths: /, ttl: {default: 2m, most: 1m}}                | [0].ttl.default: 2m (expected: no more than most, 1m)
            {name: a, paths: /, ttl: {off: 1m}}                              | [0].ttl.off: unknown key (did you mean "of"?)
            {name: a, paths: /, ignore: [cookies]}                           | [0].ignore[0]: expected one of no-store, no-cache, private, set-cookie, vary, proxy-revalidate, request-directives (found: "cookies")
            {name: a, paths: /, query: {drop: [a], keep: [b]}}               | [0].query.keep: stands in place of drop (expected: one of them)
            {name: a, paths: /, query: {drop: ["a*b"]}}                      | [0].query.drop[0]: expected the name of a parameter, or the beginning of names with * behind it (found: "a*b")
            {name: a, paths: /, query: {drop: ["a=b"]}}                      | [0].query.drop[0]: expected the name of a parameter, or the beginning of names with * behind it (found: "a=b")
            {name: a, paths: /, post: 2MiB}                                  | [0].post: expected a size from 0B to 1MiB, such as 512B, 64KiB, 1GiB (found: "2MiB")
            """)
    void saysWhatIsWrong(String rules, String problem) {
        SettingsException wrong = catchThrowableOfType(
                SettingsException.class, () -> reader.read("weir.yaml", "cache: {rules: [" + rules + "]}"));
        assertThat(wrong).isNotNull();
        assertThat(wrong.problems()).singleElement().asString().contains(": cache.rules" + problem);
    }

    @Test
    void thereAreNotTooMany() {
        StringBuilder rules = new StringBuilder("cache:\n  rules:\n");
        for (int i = 0; i < 257; i++) {
            rules.append("    - { name: r").append(i).append(", hosts: a.b, ttl: { of: 1s } }\n");
        }
        SettingsException wrong =
                catchThrowableOfType(SettingsException.class, () -> reader.read("weir.yaml", rules.toString()));
        assertThat(wrong.problems()).singleElement().asString().contains("257 rules (expected: at most 256)");
    }
}
