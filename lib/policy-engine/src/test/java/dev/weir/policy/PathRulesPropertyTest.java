package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.Authority;
import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import dev.weir.http.RequestTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What the rules decide is never weaker than what they would decide on what an origin reads, for any of the models in
 * {@link OriginReader}, random rules, paths and hosts. The rules are judged here a second time, plainly: on one path and
 * one host, without readings.
 */
class PathRulesPropertyTest {
    private static final boolean FULL = "full".equals(System.getProperty("weir.form"));
    private static final int ROUNDS = Integer.getInteger("weir.rounds", FULL ? 1_000_000 : 5_000);
    private static final int PATHS_PER_POLICY = 20;
    private static final long SEED = Long.getLong("weir.seed", 20_260_504L);
    private static final String[] SEGMENTS = {"a", "b", "admin", "x", "A", "Admin", "a b", "é"};
    private static final String[] HOSTS = {"a.example", "b.example", "x.a.example", "192.0.2.1", "2001:db8::1"};
    private static final String[] SPELLINGS = {
        "a.example",
        "A.Example",
        "a.example.",
        "B.EXAMPLE.",
        "x.a.example",
        "X.a.example.",
        "192.0.2.1",
        "[::ffff:192.0.2.1]",
        "[::FFFF:c000:201]",
        "[2001:db8::1]",
        "[2001:0DB8:0:0:0:0:0:1]",
        "a.example:80",
        "b.example:8080"
    };

    private enum Then {
        ALLOW,
        DENY,
        REDIRECT
    }

    private record PlainRule(Then then, Optional<String> path, Optional<String> host) {}

    private record PlainPolicy(List<PlainRule> rules, Then otherwise) {}

    @Test
    void decideNeverMoreWeaklyThanOnAnyOriginsReading() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(SEED);
        int allowed = 0;
        int unknown = 0;
        int most = 0;
        long readings = 0;
        long judged = 0;
        for (int round = 0; round < ROUNDS; ) {
            PlainPolicy plain = policy(random);
            Policy policy = compiled(plain);
            for (int i = 0; i < PATHS_PER_POLICY; i++, round++) {
                String path = OddPaths.next(random);
                String host = SPELLINGS[random.nextInt(SPELLINGS.length)];
                assertThat(RequestTarget.parse("GET", path)).isInstanceOf(RequestTarget.OriginForm.class);
                PathReadings all = PathReadings.of(path);
                unknown += all.areAll() ? 0 : 1;
                most = Math.max(most, all.all().size());
                readings += all.all().size();
                Verdict verdict = policy.evaluate(facts(host, all));
                if (verdict instanceof Verdict.Allow) {
                    allowed++;
                    for (OriginReader.Reading read : OriginReader.readings(path)) {
                        Then then = judged(plain, read.path(), plainHost(host), read.ignoresCase());
                        if (then != Then.ALLOW) {
                            throw new AssertionError("seed " + SEED + ": " + path + " at " + host + " is allowed, but "
                                    + then + " as " + read + "; " + plain);
                        }
                        judged++;
                    }
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "figure: %,d random paths and hosts (seed %d): 0 weaker than any of %,d readings of the %.0f %% that"
                        + " are allowed; %.1f readings each, at most %d; %d with too many%n",
                ROUNDS,
                SEED,
                judged,
                100.0 * allowed / ROUNDS,
                (double) readings / ROUNDS,
                most,
                unknown);
        assertThat(allowed).as("paths that are allowed").isGreaterThan(ROUNDS / 5);
        assertThat(unknown).as("paths of too many readings").isLessThan(ROUNDS / 100);
    }

    /** On paths without anything odd the decision is the plain one: nothing is denied for nothing. */
    @Test
    void decideOrdinaryPathsPlainly() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < ROUNDS / 10; round++) {
            PlainPolicy plain = policy(random);
            StringBuilder path = new StringBuilder();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                path.append('/').append(SEGMENTS[random.nextInt(6)]);
            }
            path.append(random.nextBoolean() ? "/" : "");
            String host = SPELLINGS[random.nextInt(SPELLINGS.length)];
            Verdict verdict = compiled(plain).evaluate(facts(host, PathReadings.of(path.toString())));
            assertThat(verdict.getClass().getSimpleName())
                    .as("seed %d: %s at %s; %s", SEED, path, host, plain)
                    .isEqualToIgnoringCase(judged(plain, path.toString(), plainHost(host), true)
                            .name());
        }
    }

    private static PlainPolicy policy(SplittableRandom random) {
        List<PlainRule> rules = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            Then then = Then.values()[random.nextInt(8) == 0 ? 2 : random.nextInt(2)];
            Optional<String> path = random.nextInt(6) == 0 ? Optional.empty() : Optional.of(pattern(random));
            Optional<String> host =
                    random.nextInt(3) > 0 ? Optional.empty() : Optional.of(HOSTS[random.nextInt(HOSTS.length)]);
            rules.add(new PlainRule(then, path, host));
        }
        return new PlainPolicy(rules, random.nextInt(3) == 0 ? Then.DENY : Then.ALLOW);
    }

    private static String pattern(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            path.append('/').append(SEGMENTS[random.nextInt(SEGMENTS.length)]);
        }
        return path.append(random.nextInt(3) > 0 ? "/" : "").toString();
    }

    private static Policy compiled(PlainPolicy plain) {
        List<Rule> rules = new ArrayList<>();
        for (PlainRule rule : plain.rules()) {
            Outcome then = switch (rule.then()) {
                case ALLOW -> new Outcome.Allow();
                case DENY -> new Outcome.Deny(403);
                case REDIRECT -> new Outcome.Redirect("/", 302);
            };
            HostCondition host = rule.host()
                    .map(name -> new HostCondition(Set.of(HostName.parse(name).orElseThrow()), List.of(), List.of()))
                    .orElse(HostCondition.ANY);
            List<PathPattern> paths = rule.path().map(PathPattern::of).stream().toList();
            rules.add(new Rule(
                    "r", new Condition(Set.of(), List.of(), Set.of(), List.of(), host, paths, List.of()), then));
        }
        DefaultOutcome otherwise = plain.otherwise() == Then.ALLOW ? DefaultOutcome.ALLOW : DefaultOutcome.DENY;
        return new Policy(rules, otherwise, Staleness.STANDARD);
    }

    /** By the first rule that is for this host and this path; case doesn't matter to a rule that redirects. */
    private static Then judged(PlainPolicy policy, String path, String host, boolean ignoresCase) {
        for (PlainRule rule : policy.rules()) {
            boolean anyCase = ignoresCase && rule.then() == Then.DENY;
            if ((rule.host().isEmpty() || rule.host().get().equals(host))
                    && (rule.path().isEmpty() || isMeant(rule.path().get(), path, anyCase))) {
                return rule.then();
            }
        }
        return policy.otherwise();
    }

    private static boolean isMeant(String pattern, String path, boolean anyCase) {
        String octets = new String(pattern.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String triples = pattern.replace(" ", "%20").replace("é", "%C3%A9");
        return begins(octets, path, anyCase) || begins(triples, path.replace("%c3%a9", "%C3%A9"), anyCase);
    }

    private static boolean begins(String pattern, String path, boolean anyCase) {
        return path.regionMatches(anyCase, 0, pattern, 0, pattern.length())
                && (pattern.endsWith("/") || path.length() == pattern.length());
    }

    private static String plainHost(String spelling) throws UnknownHostException {
        String host = spelling.replaceFirst(":\\d+$", "").replaceFirst("\\.$", "");
        if (!spelling.startsWith("[")) {
            return host.toLowerCase(Locale.ROOT);
        }
        InetAddress address = InetAddress.getByName(spelling);
        return address.equals(InetAddress.getByName("2001:db8::1")) ? "2001:db8::1" : address.getHostAddress();
    }

    private static RequestFacts facts(String host, PathReadings path) {
        Authority authority = Authority.parse(host).orElseThrow();
        return new RequestFacts(
                "web",
                ListenerDefault.ALLOW,
                IpAddress.parse("192.0.2.7").orElseThrow(),
                "GET",
                authority.host(),
                true,
                authority.effectivePort("http"),
                path);
    }
}
