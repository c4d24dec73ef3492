package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.policy.SignedRevision.Refused;
import dev.weir.policy.SignedRevision.Verified;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedRevisionTest {
    private static final KeyPair KEYS = keys();
    private static final Instant MADE = Instant.parse("2026-05-04T03:02:01Z");

    @Test
    void carriesAPolicyAndItsLists() {
        String text = """
                lists: { ads: { file: ads.txt, format: domains } }
                rules: [ { name: no-ads, when: { host: { list: ads } }, then: deny } ]
                default: allow
                """;
        DomainList ads = ((ListReading.Read) ListFormat.DOMAINS.read("ads", "ads.example\nother.example")).list();
        RevisionContent content = RevisionContent.of(PolicySource.parseFile("p.yaml", text), List.of(ads));
        SignedRevision signed = SignedRevision.sign(77, 5, MADE, content.toBytes(), KEYS.getPrivate());

        SignedRevision read = ((Verified) SignedRevision.verify(signed.toBytes(), KEYS.getPublic())).revision();
        Policy policy = RevisionContent.parse(read.content()).orElseThrow().compile();

        assertThat(read.epoch()).isEqualTo(77);
        assertThat(read.number()).isEqualTo(5);
        assertThat(read.createdAt()).isEqualTo(MADE);
        assertThat(read.contentHash()).isEqualTo(signed.contentHash()).hasSize(64);
        assertThat(read.hash()).isEqualTo(signed.hash());
        assertThat(policy.evaluate(PolicyTest.request("www.ads.example", "/")))
                .isEqualTo(new Verdict.Deny(new Verdict.Reason("no-ads", "ads", "ads.example"), 403));
        assertThat(policy.evaluate(PolicyTest.request("fine.example", "/"))).isInstanceOf(Verdict.Allow.class);
        assertThat(RevisionContent.parse(read.content()).orElseThrow().toBytes())
                .isEqualTo(read.content());
    }

    @Test
    void isRefusedWithAnyBitFlipped() {
        byte[] good = revision();
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= (byte) (1 << i % 8);
            assertThat(SignedRevision.verify(bad, KEYS.getPublic()))
                    .as("octet " + i)
                    .isInstanceOf(Refused.class);
        }
    }

    @Test
    void isRefusedCutShortAnywhereOrWithMoreBehindIt() {
        byte[] good = revision();
        for (int length = 0; length < good.length; length++) {
            assertThat(SignedRevision.verify(Arrays.copyOf(good, length), KEYS.getPublic()))
                    .as("length " + length)
                    .isInstanceOf(Refused.class);
        }
        assertThat(SignedRevision.verify(Arrays.copyOf(good, good.length + 1), KEYS.getPublic()))
                .isInstanceOf(Refused.class);
    }

    @Test
    void isRefusedByAnotherKey() {
        assertThat(SignedRevision.verify(revision(), keys().getPublic()))
                .isEqualTo(new Refused("the signature is not by the key that is trusted"));
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "1", "3", "2147483647"})
    void contentWithAWrongLengthIsNoPolicy(int length) {
        byte[] bytes = {0, 0, 0, 2, '{', '}'};
        bytes[0] = (byte) (length >> 24);
        bytes[1] = (byte) (length >> 16);
        bytes[2] = (byte) (length >> 8);
        bytes[3] = (byte) length;
        assertThat(RevisionContent.parse(bytes)).isEmpty();
    }

    @Test
    void contentOfAnUnknownLanguageIsNoPolicy() {
        assertThat(RevisionContent.parse(content("{\"default\":\"allow\"}"))).isPresent();
        assertThat(RevisionContent.parse(content("{\"default\":\"allow\",\"tomorrow\":1}")))
                .isEmpty();
    }

    private static byte[] content(String json) {
        byte[] bytes = new byte[4 + json.length()];
        bytes[3] = (byte) json.length();
        for (int i = 0; i < json.length(); i++) {
            bytes[4 + i] = (byte) json.charAt(i);
        }
        return bytes;
    }

    private static byte[] revision() {
        return SignedRevision.sign(1, 2, MADE, content("{\"default\":\"deny\"}"), KEYS.getPrivate())
                .toBytes();
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
