package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.PathPattern;
import dev.weir.http.PathReadings;
import dev.weir.policy.Verdict.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final Outcome ALLOW = new Outcome.Allow();
    private static final Outcome DENY = new Outcome.Deny(403);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # path                | deny /admin/ then allow | allow /open/ then deny
        /open/x               | Allow                   | Allow
        /admin/x              | Deny                    | Deny
        /open/../admin/x      | Deny                    | Deny
        /open/%2e%2e/admin/x  | Deny                    | Deny
        /open/..%2fadmin/x    | Deny                    | Deny
        /open/a;b/x           | Allow                   | Allow
        /x/../open/x          | Allow                   | Deny
        /open                 | Allow                   | Deny
        """)
    void deniesOnAnyReadingOfThePathAndAllowsOnAll(String path, String denied, String allowed) {
        Policy deny = policy(rule("admin", DENY, path("/admin/")), rule("rest", ALLOW, any()));
        Policy allow = policy(rule("open", ALLOW, path("/open/")), rule("rest", DENY, any()));
        assertThat(deny.evaluate(request("a.example", path)).getClass().getSimpleName())
                .isEqualTo(denied);
        assertThat(allow.evaluate(request("a.example", path)).getClass().getSimpleName())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # path of the rule | denies | redirects | allows
        /                  | true   | true      | false
        /admin/            | false  | false     | false
        /*                 | false  | false     | false
        """)
    void optionsForTheServerAsAWholeIsForItsRootToo(String path, boolean denies, boolean redirects, boolean allows) {
        RequestFacts server = request("a.example", "*");
        assertThat(matches(rule("r", DENY, path(path)), server)).isEqualTo(denies);
        assertThat(matches(rule("r", new Outcome.Redirect("https://b.example/", 302), path(path)), server))
                .isEqualTo(redirects);
        assertThat(matches(rule("r", ALLOW, path(path)), server)).isEqualTo(allows);
        assertThat(matches(rule("r", ALLOW, any()), server)).isTrue();
    }

    private static boolean matches(Rule rule, RequestFacts request) {
        return policy(rule).evaluate(request).reason().rule().equals(rule.name());
    }

    @Test
    void takesTheFirstRuleThatMatches() {
        Policy policy = policy(rule("one", DENY, path("/a")), rule("two", ALLOW, path("/a")));
        assertThat(policy.evaluate(request("x.example", "/a")))
                .isEqualTo(new Verdict.Deny(new Reason("one", "", ""), 403));
    }

    @Test
    void namesTheListAndTheEntryThatMatched() {
        DomainList ads = ((ListReading.Read) ListFormat.DOMAINS.read("ads", "ads.example")).list();
        Policy policy = policy(rule("no-ads", DENY, hosts(new HostCondition(Set.of(), List.of(), List.of(ads)))));
        assertThat(policy.evaluate(request("X.Ads.Example.", "/")).reason())
                .isEqualTo(new Reason("no-ads", "ads", "ads.example"));
    }

    @Test
    void takesAnUnverifiedHostForUnknownWhereItWouldAllow() {
        HostCondition shop = new HostCondition(Set.of("shop.example"), List.of(), List.of());
        RequestFacts claimed = facts("shop.example", false, "/");
        assertThat(policy(rule("shop", ALLOW, hosts(shop))).evaluate(claimed)).isInstanceOf(Verdict.Deny.class);
        assertThat(policy(rule("shop", DENY, hosts(shop)), rule("rest", ALLOW, any()))
                        .evaluate(claimed))
                .isInstanceOf(Verdict.Deny.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # asked for | came in at | deny 80 and 8000-8999 | redirect them | allow them
        80          | 80         | Deny                  | Redirect      | Allow
        80          | 8080       | Deny                  | Redirect      | Allow
        81          | 80         | Deny                  | Redirect      | Deny
        80          | 81         | Deny                  | Redirect      | Deny
        81          | 81         | Allow                 | Allow         | Deny
        443         | 7999       | Allow                 | Allow         | Deny
        """)
    void deniesOnThePortAskedForAndOnTheRealOneAndAllowsOnBoth(
            int asked, int real, String denied, String redirected, String allowed) {
        Condition ports = new Condition(
                Set.of(),
                List.of(),
                Set.of(),
                List.of(new PortRange(80, 80), new PortRange(8000, 8999)),
                HostCondition.ANY,
                List.of(),
                List.of());
        RequestFacts known = request("a.example", "/");
        RequestFacts facts = new RequestFacts(
                known.listener(),
                known.listenerDefault(),
                known.client(),
                "GET",
                "a.example",
                true,
                asked,
                real,
                known.path());
        Outcome redirect = new Outcome.Redirect("/", 302);
        assertThat(word(policy(rule("r", DENY, ports), rule("rest", ALLOW, any())), facts))
                .isEqualTo(denied);
        assertThat(word(policy(rule("r", redirect, ports), rule("rest", ALLOW, any())), facts))
                .isEqualTo(redirected);
        assertThat(word(policy(rule("r", ALLOW, ports), rule("rest", DENY, any())), facts))
                .isEqualTo(allowed);
    }

    @Test
    void awaitsTheResponseOnlyWhereItCouldStillBeAllowed() {
        Policy denied = policy(rule("no-exe", DENY, type("application/x-msdownload")), rule("rest", DENY, any()));
        Policy open = policy(rule("no-exe", DENY, type("application/x-msdownload")), rule("rest", ALLOW, any()));
        Policy images = policy(rule("images", ALLOW, type("image/")), rule("rest", DENY, any()));
        RequestFacts request = request("a.example", "/");
        assertThat(denied.evaluate(request)).isInstanceOf(Verdict.Deny.class);
        assertThat(open.evaluate(request)).isEqualTo(new Verdict.AwaitResponse(new Reason("no-exe", "", "")));
        assertThat(images.evaluate(request)).isInstanceOf(Verdict.AwaitResponse.class);
        assertThat(open.evaluate(request, answer("application/x-msdownload"))).isInstanceOf(Verdict.Deny.class);
        assertThat(open.evaluate(request, answer("text/html"))).isInstanceOf(Verdict.Allow.class);
        assertThat(images.evaluate(request, answer("image/png"))).isInstanceOf(Verdict.Allow.class);
        assertThat(images.evaluate(request, answer("image/png", "text/html"))).isInstanceOf(Verdict.Deny.class);
        assertThat(open.evaluate(request, answer("text/html", "application/x-msdownload")))
                .isInstanceOf(Verdict.Deny.class);
        assertThat(images.evaluate(request, ResponseFacts.unknown())).isInstanceOf(Verdict.Deny.class);
    }

    @Test
    void decidesATunnelAtOnce() {
        Policy open = policy(rule("no-exe", DENY, type("application/x-msdownload")), rule("rest", ALLOW, any()));
        RequestFacts tunnel = new RequestFacts(
                "egress",
                ListenerDefault.DENY,
                address("10.0.0.1"),
                "CONNECT",
                "a.example",
                true,
                443,
                PathReadings.none());
        assertThat(open.evaluate(tunnel)).isInstanceOf(Verdict.Allow.class);
        assertThat(policy(rule("a", ALLOW, path("/"))).evaluate(tunnel)).isInstanceOf(Verdict.Deny.class);
    }

    @Test
    void leavesToTheListenerWhatItSaysNothingOf() {
        RequestFacts request = request("a.example", "/");
        assertThat(Policy.empty().evaluate(request).reason().rule()).isEqualTo(Reason.LISTENER_DEFAULT);
        assertThat(Policy.empty().evaluate(request)).isInstanceOf(Verdict.Deny.class);
        Policy allows = new Policy(List.of(), DefaultOutcome.ALLOW, Staleness.STANDARD);
        assertThat(allows.evaluate(request)).isEqualTo(new Verdict.Allow(new Reason(Reason.DEFAULT, "", "")));
        assertThat(allows.leavesOpen("egress")).isTrue();
    }

    private static String word(Policy policy, RequestFacts facts) {
        return policy.evaluate(facts).getClass().getSimpleName();
    }

    static Policy policy(Rule... rules) {
        return new Policy(List.of(rules), DefaultOutcome.BY_LISTENER, Staleness.STANDARD);
    }

    static RequestFacts request(String host, String path) {
        return facts(host, true, path);
    }

    private static RequestFacts facts(String host, boolean verified, String path) {
        return new RequestFacts(
                "egress", ListenerDefault.DENY, address("10.0.0.1"), "GET", host, verified, 80, PathReadings.of(path));
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private static ResponseFacts answer(String... types) {
        return new ResponseFacts(List.of(types));
    }

    private static Rule rule(String name, Outcome then, Condition when) {
        return new Rule(name, when, then);
    }

    private static Condition any() {
        return condition(HostCondition.ANY, List.of(), List.of());
    }

    private static Condition path(String path) {
        return condition(HostCondition.ANY, List.of(PathPattern.of(path)), List.of());
    }

    private static Condition hosts(HostCondition hosts) {
        return condition(hosts, List.of(), List.of());
    }

    private static Condition type(String type) {
        return condition(HostCondition.ANY, List.of(), List.of(new MediaPattern(type)));
    }

    private static Condition condition(HostCondition hosts, List<PathPattern> paths, List<MediaPattern> types) {
        return new Condition(Set.of(), List.of(), Set.of(), List.of(), hosts, paths, types);
    }
}
