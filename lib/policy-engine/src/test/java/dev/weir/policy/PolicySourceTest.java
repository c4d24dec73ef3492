package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.PathReadings;
import dev.weir.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicySourceTest {
    private static final String WHOLE = """
            on-stale: deny
            max-stale: 2h
            lists:
              ads: { file: /etc/weir/ads.hosts, format: hosts }
            rules:
              - { name: no-ads, when: { listener: egress, host: { list: ads } }, then: deny }
              - { name: office, when: { client: [192.168.0.0/16, fd00::/8], method: [GET, HEAD] }, then: allow }
              - { name: mixed, when: { host: [one.example, "*.two.example", { list: ads }], port: [443, 8000-8999] }, then: { deny: { status: 451 } } }
              - { name: moved, when: { host: old.example, path: /docs/ }, then: { redirect: { to: "https://new.example/", status: 308 } } }
              - { name: no-exe, when: { response-type: application/x-msdownload }, then: { deny: { status: 415 } } }
            default: deny
            """;

    @Test
    void readsTheWholeLanguage() {
        PolicySource source = PolicySource.parseFile("policy.yaml", WHOLE);
        DomainList ads = ((ListReading.Read) ListFormat.HOSTS.read("ads", "0.0.0.0 ads.example")).list();
        Policy policy = source.compile(List.of(ads));

        assertThat(source.lists()).singleElement().satisfies(list -> {
            assertThat(list.file()).isEqualTo("/etc/weir/ads.hosts");
            assertThat(list.format()).isEqualTo(ListFormat.HOSTS);
            assertThat(list.position()).hasToString("policy.yaml:4:8");
        });
        assertThat(policy.staleness()).isEqualTo(new Staleness(Staleness.OnStale.DENY, Duration.ofHours(2)));
        assertThat(policy.ruleCount()).isEqualTo(5);
        assertThat(policy.evaluate(facts("egress", "192.168.1.1", "ads.example", 80, "/"))
                        .reason())
                .isEqualTo(new Verdict.Reason("no-ads", "ads", "ads.example"));
        assertThat(policy.evaluate(facts("web", "192.168.1.1", "ads.example", 80, "/"))
                        .reason()
                        .rule())
                .isEqualTo("office");
        assertThat(policy.evaluate(facts("web", "192.0.2.1", "a.two.example", 8080, "/")))
                .isEqualTo(new Verdict.Deny(new Verdict.Reason("mixed", "", ""), 451));
        assertThat(policy.evaluate(facts("web", "192.0.2.1", "two.example", 8080, "/"))
                        .reason()
                        .rule())
                .isEqualTo("default");
        assertThat(policy.evaluate(facts("web", "192.0.2.1", "ads.example", 443, "/"))
                        .reason())
                .isEqualTo(new Verdict.Reason("mixed", "ads", "ads.example"));
        assertThat(policy.evaluate(facts("web", "192.0.2.1", "old.example", 80, "/docs/x")))
                .isEqualTo(new Verdict.Redirect(new Verdict.Reason("moved", "", ""), "https://new.example/", 308));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # policy, ~ for a line's end                           | what it is refused with
        default: alow                                          | p:1:10: default: "alow" (expected: allow, deny) (did you mean "allow"?)
        defualt: allow                                         | p:1:1: defualt: unknown key (did you mean "default"?)
        default:                                               | p:1:9: default: expected a text (found: nothing)
        rules:                                                 | p:1:7: rules: expected a list (found: nothing)
        on-stale: deny                                         | p:1:1: neither rules nor a default: the file decides nothing
        {}                                                     | p:1:1: neither rules nor a default: the file decides nothing
        text                                                   | p:1:1: expected a mapping (found: "text")
        rules: [{ name: a, when: { host: { list: ads } }, then: deny }]                 | p:1:42: rules[0].when.host.list: there is no list "ads" under lists
        lists: { ads: { file: f, format: hosts } }~rules: [{ name: a, when: { host: { list: adds } }, then: deny }] | p:2:42: rules[0].when.host.list: there is no list "adds" under lists (did you mean "ads"?)
        rules: [{ name: a, then: deny }, { name: b, then: allow }]                      | p:1:42: rules[1].name: never reached: "a" before it matches everything
        rules: [{ name: a, when: { port: 1 }, then: deny }, { name: a, then: allow }]   | p:1:61: rules[1].name: "a" is the name of the rule in line 1 too
        rules: [{ name: a, when: { port: 1 } }]                                         | p:1:9: rules[0].then: missing (expected: allow, deny, { deny: { status } } or { redirect: { to, status } })
        rules: [{ name: a, then: deni }]                                                | p:1:26: rules[0].then: "deni" (expected: allow, deny, { deny: { status } } or { redirect: { to, status } }) (did you mean "deny"?)
        rules: [{ name: a, then: { deny: { status: 200 } } }]                           | p:1:44: rules[0].then.deny.status: expected a status from 400 to 599, but not 401 and 407, which need a challenge (found: "200")
        rules: [{ name: a, then: { redirect: { to: "/\\r\\nA: b" } } }]                 | p:1:44: rules[0].then.redirect.to: expected an http or https URL, or a path on the same host
        rules: [{ name: a, then: { redirect: { to: "/\\0" } } }]                       | p:1:44: rules[0].then.redirect.to: expected an http or https URL, or a path on the same host
        rules: [{ name: a, then: { redirect: { to: "/\\u560a" } } }]                   | p:1:44: rules[0].then.redirect.to: expected an http or https URL, or a path on the same host
        rules: [{ name: a, then: { redirect: { to: "//x" } } }]                         | p:1:44: rules[0].then.redirect.to: expected an http or https URL, or a path on the same host (found: "//x")
        rules: [{ name: a, then: { redirect: { to: /x, status: 200 } } }]               | p:1:56: rules[0].then.redirect.status: expected 301, 302, 303, 307 or 308 (found: "200")
        rules: [{ name: a, then: { } }]                                                 | p:1:26: rules[0].then: expected one of allow, deny, { deny: { status } } or { redirect: { to, status } }
        rules: [{ name: default, then: deny }]                                          | "default" is no name for a rule
        rules: [{ then: deny }]                                                         | p:1:9: rules[0].name: missing (expected: a text)
        rules: [{ name: a, when: { client: 10.1.2.3/8 }, then: deny }]                  | p:1:36: rules[0].when.client[0]: "10.1.2.3/8" is no network (expected: such as 10.0.0.0/8, 192.0.2.7 or fd00::/8) (did you mean "10.0.0.0/8"?)
        rules: [{ name: a, when: { client: [] }, then: deny }]                          | rules[0].when.client: an empty list matches nothing (leave "client" out to match all)
        rules: [{ name: a, when: { host: https://a.example/x }, then: deny }]           | (did you mean "a.example"?)
        rules: [{ name: a, when: { host: .a.example }, then: deny }]                    | (did you mean "*.a.example"?)
        rules: [{ name: a, when: { host: "a.*.example" }, then: deny }]                 | "a.*.example" is no host
        rules: [{ name: a, when: { method: get }, then: deny }]                         | expected a method in its own case, such as GET (found: "get")
        rules: [{ name: a, when: { path: admin }, then: deny }]                         | expected a path that begins with a slash
        rules: [{ name: a, when: { port: 70000 }, then: deny }]                         | expected a port or a range of ports
        rules: [{ name: a, when: { port: 9-8 }, then: deny }]                           | expected a port or a range of ports
        rules: [{ name: a, when: { response-type: html }, then: deny }]                 | expected a media type such as text/html or image/* (found: "html")
        rules: [{ name: a, when: { hosts: a.example }, then: deny }]                    | rules[0].when.hosts: unknown key (did you mean "host"?)
        rules: [{ name: a, when: { user: joe }, then: deny }]                           | p:1:28: rules[0].when.user: "user" in a condition: not built yet
        rules: [{ name: a, when: { not: { port: 1 } }, then: deny }]                    | "not" in a condition: not built yet
        rules: [{ name: a, shadow: true, then: deny }]                                  | "shadow" in a rule: not built yet
        rules: [{ name: a, then: challenge }]                                           | "challenge" is not built yet
        rules: [{ name: a, then: { limit: { rate: 1 } } }]                              | "limit" in then: not built yet
        expect: [{ url: x, verdict: deny }]~default: deny                               | "expect" in a policy: not built yet
        lists: { ads: { file: f, format: adblock } }~default: deny                      | "adblock" is not built yet
        lists: { ads: { file: f, format: host } }~default: deny                         | (did you mean "hosts"?)
        lists: { ads: { format: hosts } }~default: deny                                 | lists.ads.file: missing
        rules: [{ name: a, when: { ho                                                   | p:1:
        rules:~  - name: a~    when: { host: a.exa                                      | p:3:
        """)
    void refusesWithPlaceCauseAndSuggestion(String policy, String problem) {
        assertThatThrownBy(() -> PolicySource.parseFile("p", policy.replace('~', '\n')))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''        | an empty file
        '# later' | only a comment
        'null'    | nothing
        """)
    void refusesAFileWithoutContent(String text, String what) {
        assertThatThrownBy(() -> PolicySource.parseFile("p", text))
                .as(what)
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("the document is empty");
    }

    @Test
    void readsTheExampleOfThePage() throws IOException {
        String page = Files.readString(Path.of("../../docs/policy.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();
        PolicySource source =
                PolicySource.parseFile("docs/policy.md", page.substring(begin, page.indexOf("```", begin)));
        assertThat(source.lists()).hasSize(2);
    }

    @Test
    void saysWhichListenersADefaultLeavesOpen() {
        Policy policy = policy("""
                rules:
                  - { name: lan, when: { listener: egress, client: 10.0.0.0/8 }, then: allow }
                  - { name: rest, when: { listener: egress }, then: deny }
                  - { name: ads, when: { listener: other, host: a.example }, then: deny }
                default: allow
                """);
        assertThat(policy.leavesOpen("egress")).isFalse();
        assertThat(policy.leavesOpen("other")).isTrue();
    }

    static Policy policy(String text) {
        return PolicySource.parseFile("policy.yaml", text).compile(List.of());
    }

    private static RequestFacts facts(String listener, String client, String host, int port, String path) {
        return new RequestFacts(
                listener,
                ListenerDefault.DENY,
                IpAddress.parse(client).orElseThrow(),
                "GET",
                host,
                true,
                port,
                PathReadings.of(path));
    }
}
