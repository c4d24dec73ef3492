package dev.weir.policyservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.PathReadings;
import dev.weir.policy.IpAddress;
import dev.weir.policy.ListenerDefault;
import dev.weir.policy.RequestFacts;
import dev.weir.policy.Verdict;
import dev.weir.policyservice.PolicyAuthority.Standing;
import dev.weir.runtime.config.PolicyConfig;
import dev.weir.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyAuthorityTest {
    private static final String DENY_A = rules("a.example");
    private static final String DENY_B = rules("b.example");
    private final KeyPair keys = TestKeys.fresh();
    private Instant time = Instant.parse("2026-05-04T03:02:01Z");

    @TempDir
    private Path directory;

    private Path file;
    private PolicyAuthority authority;

    @BeforeEach
    void begins() throws IOException {
        file = directory.resolve("policy.yaml");
        write(file, DENY_A);
        authority = restarted();
        assertThat(denied(authority.begin(time))).isEqualTo("a.example");
    }

    @Test
    void takesUpAFileWrittenInPlace() throws IOException {
        write(file, DENY_B);
        assertThat(denied(look())).isEqualTo("b.example");
        assertThat(look().pair().number()).isEqualTo(2);
    }

    @Test
    void takesUpAFileMovedInItsPlace() throws IOException {
        Path fresh = directory.resolve("fresh");
        write(fresh, DENY_B);
        assertThat(Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE)).exists();
        assertThat(denied(look())).isEqualTo("b.example");
    }

    @Test
    void takesUpALinkThatWasSwappedAsAConfigMapsIs() throws IOException {
        write(Files.createDirectories(directory.resolve("v1")).resolve("policy.yaml"), DENY_A);
        write(Files.createDirectories(directory.resolve("v2")).resolve("policy.yaml"), DENY_B);
        link("data", "v1");
        Files.delete(file);
        assertThat(Files.createSymbolicLink(file, Path.of("data/policy.yaml"))).exists();
        assertThat(denied(look())).isEqualTo("a.example");
        link("data", "v2");
        assertThat(denied(look())).isEqualTo("b.example");
    }

    @Test
    void doesNotReadAFileThatIsStillBeingWritten() throws IOException {
        write(file, DENY_B);
        assertThat(denied(authority.look(time))).isEqualTo("a.example");
        write(file, rules("c.example"));
        assertThat(denied(authority.look(time))).isEqualTo("a.example");
        assertThat(denied(authority.look(time))).isEqualTo("c.example");
    }

    @Test
    void keepsTheOldOneWhateverIsWrongWithTheNew() throws IOException {
        for (String wrong : new String[] {
            "",
            "rules:\n  - { name: a, when: { hots: x }, then: deny }\n",
            DENY_A.substring(0, 30),
            "\u0000",
            "rules: [\n"
        }) {
            write(file, wrong);
            Standing standing = look();
            assertThat(denied(standing)).as(wrong).isEqualTo("a.example");
            assertThat(standing.pair().number()).isEqualTo(1);
            assertThat(standing.problemTexts())
                    .as(wrong)
                    .isNotEmpty()
                    .allMatch(problem -> problem.startsWith(file + ":"));
        }
        Files.delete(file);
        assertThat(look().problemTexts()).singleElement().asString().contains("there is no file " + file);
        write(file, DENY_B);
        assertThat(look().problemTexts()).isEmpty();
        assertThat(denied(look())).isEqualTo("b.example");
    }

    @Test
    void takesAFileThatEndsWithinALineOfTheOldForHalfWritten() throws IOException {
        String two = DENY_A + "max-stale: 100h\n";
        write(file, two);
        assertThat(look().problemTexts()).isEmpty();
        write(file, two.substring(0, two.length() - 3));
        assertThat(look().problemTexts())
                .containsExactly(file + ":5:14: half-written: the file ends within a line of the policy in force");
        write(file, DENY_A);
        assertThat(look().problemTexts()).isEmpty();
    }

    @Test
    void watchesTheListsToo() throws IOException {
        Path list = directory.resolve("ads.txt");
        write(list, "a.example\nb.example\nc.example\n");
        write(file, """
                lists: { ads: { file: ads.txt, format: domains } }
                rules: [ { name: ads, when: { host: { list: ads } }, then: deny }, { name: far, when: { client: 198.51.100.1 }, then: deny } ]
                default: allow
                """);
        assertThat(verdict(look(), "c.example")).isEqualTo("Deny");
        write(list, "a.example\nd.example");
        assertThat(verdict(look(), "c.example")).isEqualTo("Allow");
        write(list, "a.exam");
        Standing cut = look();
        assertThat(cut.problemTexts())
                .containsExactly(
                        list + ":1:1: lists.ads: half-written: the file ends after 1 of the 2 entries in force");
        assertThat(verdict(cut, "d.example")).isEqualTo("Deny");
        write(list, "");
        assertThat(look().problemTexts()).containsExactly(list + ":1:1: lists.ads: the list is empty");
        Files.delete(list);
        assertThat(look().problemTexts()).singleElement().asString().contains("there is no file " + list);
        write(list, "a.example\nodd line here\n");
        assertThat(look().notes()).singleElement().asString().contains(list + ":2:1: ");
    }

    @Test
    void goesOnWhereItWasAfterARestart() throws IOException {
        write(file, DENY_B);
        assertThat(look().pair().number()).isEqualTo(2);
        authority = restarted();
        assertThat(authority.begin(time).pair()).isEqualTo(look().pair());
        assertThat(look().pair().number()).isEqualTo(2);
        write(file, "broken: [");
        authority = restarted();
        assertThat(denied(authority.begin(time))).isEqualTo("b.example");
        assertThat(look().problemTexts()).isNotEmpty();
    }

    @Test
    void letsAPolicyPublishedByHandStandUntilTheFileChanges() throws IOException {
        assertThat(denied(authority.publish(DENY_B, false, time))).isEqualTo("b.example");
        assertThat(denied(look())).isEqualTo("b.example");
        authority = restarted();
        assertThat(denied(authority.begin(time))).isEqualTo("b.example");
        write(file, rules("c.example"));
        assertThat(denied(look())).isEqualTo("c.example");
        authority = restarted();
        assertThat(denied(authority.begin(time))).isEqualTo("c.example");
    }

    @Test
    void refusesToPublishWhatIsWrongAndOnlyTriesADryRun() throws IOException {
        Standing wrong = authority.publish("rules: [{ name: x }]\n", false, time);
        assertThat(wrong.problemTexts())
                .singleElement()
                .asString()
                .startsWith("published policy:1:9: rules[0].then: missing");
        assertThat(denied(wrong)).isEqualTo("a.example");
        assertThat(authority.publish(DENY_B, true, time).problemTexts()).isEmpty();
        assertThat(denied(look())).isEqualTo("a.example");
    }

    @Test
    void readsWhatStandsInTheConfiguration() throws IOException {
        Path configuration = directory.resolve("weir.yaml");
        write(configuration, "admin: {}\npolicy:\n  " + DENY_B.replace("\n", "\n  ") + "\n");
        PolicyAuthority other = authority(new PolicyOrigin.InConfiguration(configuration), "other");
        assertThat(denied(other.begin(time))).isEqualTo("b.example");
        write(configuration, "policy: { file: " + file + " }\n");
        time = time.plusSeconds(5);
        assertThat(other.look(time).problemTexts()).isEmpty();
        assertThat(denied(other.look(time))).isEqualTo("a.example");
    }

    @Test
    void withoutAnyPolicyLeavesItToTheListeners() throws IOException {
        Standing standing = authority(PolicyOrigin.of(new PolicyConfig(Optional.empty(), Optional.empty())), "none")
                .begin(time);
        assertThat(verdict(standing, "a.example")).isEqualTo("Deny");
        assertThat(standing.problemTexts()).isEmpty();
    }

    @Test
    void doesNotBeginWithoutAGoodPolicy() throws IOException {
        write(file, "default: perhaps\n");
        PolicyAuthority other = authority(new PolicyOrigin.InFile(file), "other");
        assertThatThrownBy(() -> other.begin(time))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(file + ":1:10: default: ");
    }

    @Test
    void opensNoGuardedListenerToEverybody() throws IOException {
        write(file, "default: allow\n");
        assertThat(look().problemTexts()).singleElement().asString().contains("open proxy");
        write(file, "rules: [ { name: lan, when: { client: 192.0.2.0/24 }, then: deny } ]\ndefault: allow\n");
        assertThat(look().problemTexts()).isEmpty();
    }

    private Standing look() throws IOException {
        time = time.plusSeconds(5);
        assertThat(authority.look(time)).isNotNull();
        return authority.look(time);
    }

    private PolicyAuthority restarted() throws IOException {
        return authority(new PolicyOrigin.InFile(file), "state");
    }

    private PolicyAuthority authority(PolicyOrigin origin, String state) throws IOException {
        Path kept = directory.resolve(state);
        RevisionLedger ledger = RevisionLedger.open(kept, keys, 7);
        return new PolicyAuthority(origin, ledger, new PublishedPolicy(kept.resolve("published.yaml")), Set.of("wide"));
    }

    /** Writes in place, and dates the file as the clock of the test goes. */
    private void write(Path path, String text) throws IOException {
        time = time.plusSeconds(5);
        assertThat(Files.writeString(path, text)).exists();
        assertThat(Files.setLastModifiedTime(path, FileTime.from(time))).exists();
    }

    private void link(String name, String target) throws IOException {
        Path fresh = Files.createSymbolicLink(directory.resolve(name + "-new"), Path.of(target));
        assertThat(Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE))
                .exists();
    }

    private static String rules(String host) {
        return "rules:\n  - { name: one, when: { host: " + host + " }, then: deny }\n"
                + "  - { name: far, when: { client: 198.51.100.1 }, then: deny }\ndefault: allow\n";
    }

    private static String denied(Standing standing) {
        for (String host : new String[] {"a.example", "b.example", "c.example"}) {
            if (verdict(standing, host).equals("Deny")) {
                return host;
            }
        }
        return "none";
    }

    private static String verdict(Standing standing, String host) {
        RequestFacts facts = new RequestFacts(
                "egress",
                ListenerDefault.DENY,
                IpAddress.parse("192.0.2.1").orElseThrow(),
                "GET",
                host,
                true,
                80,
                PathReadings.of("/"));
        Verdict verdict = standing.inForce().orElseThrow().policy().evaluate(facts);
        return verdict.getClass().getSimpleName();
    }
}
