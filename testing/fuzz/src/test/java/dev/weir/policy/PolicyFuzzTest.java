package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import dev.weir.fuzz.Texts;
import dev.weir.http.PathReadings;
import dev.weir.settings.SettingsException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The policy language, its lists, and revisions as bytes. */
class PolicyFuzzTest {
    private static final KeyPair KEYS = keys();

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A policy, or problems; compiled it answers, and as a revision it says the same. */
    @FuzzTest
    void policies(byte[] data) {
        PolicySource source;
        try {
            source = PolicySource.parseFile("policy.yaml", Texts.utf8(data));
        } catch (SettingsException told) {
            assertThat(told.problems()).isNotEmpty();
            return;
        }
        List<DomainList> lists = new ArrayList<>();
        for (PolicySource.ListSource list : source.lists()) {
            ListReading reading = list.format().read(list.name(), "0.0.0.0 listed.example\nlisted.example\n");
            if (reading instanceof ListReading.Read read) {
                lists.add(read.list());
            }
        }
        Policy policy = source.compile(lists);
        byte[] bytes = RevisionContent.of(source, lists).toBytes();
        RevisionContent content = RevisionContent.parse(bytes).orElseThrow();
        assertThat(content.toBytes()).isEqualTo(bytes);
        assertThat(content.policyJson()).isEqualTo(source.toJson());
        Policy carried = content.compile();
        assertThat(carried.ruleCount()).isEqualTo(policy.ruleCount());
        for (RequestFacts facts : facts()) {
            Verdict verdict = policy.evaluate(facts);
            assertThat(carried.evaluate(facts)).isEqualTo(verdict);
            Verdict last = policy.evaluate(facts, ResponseFacts.unknown());
            assertThat(last).isNotInstanceOf(Verdict.AwaitResponse.class);
        }
    }

    private static List<RequestFacts> facts() {
        IpAddress client = IpAddress.parse("10.1.2.3").orElseThrow();
        return List.of(
                new RequestFacts(
                        "web",
                        ListenerDefault.ALLOW,
                        client,
                        "GET",
                        "listed.example",
                        true,
                        80,
                        PathReadings.of("/a/%2e%2e/b;c")),
                new RequestFacts(
                        "web",
                        ListenerDefault.DENY,
                        client,
                        "POST",
                        "a.listed.example",
                        false,
                        443,
                        PathReadings.of("/")),
                new RequestFacts(
                        "out", ListenerDefault.ALLOW, client, "CONNECT", "[::1]", true, 443, PathReadings.none()));
    }

    /** A list file: its entries match, and as bytes it is the same list. */
    @FuzzTest
    void lists(byte[] data) {
        String text = Texts.utf8(data);
        for (ListFormat format : ListFormat.values()) {
            ListReading reading = Bound.allocation(data.length, 2_000, () -> format.read("list", text));
            if (!(reading instanceof ListReading.Read read)) {
                continue;
            }
            DomainList list = read.list();
            int entries = 0;
            for (String entry : list.entries()) {
                entries++;
                assertThat(list.match(entry)).isZero();
                assertThat(HostName.parse(entry)).contains(entry);
                assertThat(RequestFacts.canonicalHost(entry)).isEqualTo(entry);
                boolean below = format.matchesSubdomains() && entry.length() < DomainList.LONGEST_NAME - 1;
                assertThat(list.match("a." + entry) >= 0)
                        .isEqualTo(below || entries(list).contains("a." + entry));
            }
            assertThat(list.size()).isEqualTo(entries).isPositive();
            byte[] bytes = list.toBytes();
            Optional<DomainList> again = DomainList.fromBytes("list", format, bytes);
            assertThat(again.map(DomainList::toBytes)).contains(bytes);
            assertThat(list.isBeginningOf(again.orElseThrow())).isFalse();
        }
    }

    private static List<String> entries(DomainList list) {
        List<String> entries = new ArrayList<>();
        list.entries().forEach(entries::add);
        return entries;
    }

    /** Bytes that claim to be a revision's content; nothing unsigned is ever a revision. */
    @FuzzTest
    void revisions(byte[] data) {
        Optional<RevisionContent> read = Bound.allocation(data.length, 20_000, () -> RevisionContent.parse(data));
        read.ifPresent(content -> {
            byte[] written = content.toBytes();
            assertThat(RevisionContent.parse(written).map(RevisionContent::toBytes))
                    .contains(written);
            assertThat(content.compile().ruleCount()).isNotNegative();
        });
        assertThat(SignedRevision.verify(data, KEYS.getPublic())).isInstanceOf(SignedRevision.Refused.class);
        DomainList.fromBytes("list", ListFormat.DOMAINS, data)
                .ifPresent(list ->
                        assertThat(entries(list)).doesNotHaveDuplicates().hasSize(list.size()));
    }

    /** A signed revision with one octet changed is none; where and to what, the first octets say. */
    @FuzzTest
    void signatures(byte[] data) {
        byte[] content = data.length > 200 ? "{}".getBytes(StandardCharsets.US_ASCII) : data;
        byte[] signed = SignedRevision.sign(data.length, 1, Instant.EPOCH, content, KEYS.getPrivate())
                .toBytes();
        assertThat(SignedRevision.verify(signed, KEYS.getPublic())).isInstanceOf(SignedRevision.Verified.class);
        if (data.length < 3 || data[2] == 0) {
            return;
        }
        int at = ((data[0] & 0xff) << 8 | (data[1] & 0xff)) % signed.length;
        signed[at] ^= data[2];
        assertThat(SignedRevision.verify(signed, KEYS.getPublic())).isInstanceOf(SignedRevision.Refused.class);
    }
}
