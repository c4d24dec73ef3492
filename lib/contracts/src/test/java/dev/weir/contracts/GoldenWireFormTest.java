package dev.weir.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.ExplainRequest;
import dev.weir.contracts.cache.Explanation;
import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasedStore;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeLog;
import dev.weir.contracts.cache.PurgeMet;
import dev.weir.contracts.cache.PurgeNotice;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.PurgeReceipt;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.PurgeRequest;
import dev.weir.contracts.cache.PurgesSince;
import dev.weir.contracts.cache.ScopeCount;
import dev.weir.contracts.cache.ScopeCounted;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.contracts.policy.DecideReply;
import dev.weir.contracts.policy.DecideRequest;
import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.contracts.policy.PublishRequest;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.contracts.policy.RevisionFetch;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rolling upgrade has both versions on the bus: a wire form that changes by accident breaks it silently. */
class GoldenWireFormTest {
    private static final SequencePair PAIR = new SequencePair(0x1122334455667788L, 42);
    private static final HeaderFields FIELDS = HeaderFields.of("Vary", "Accept", "X-Name", "caf\u00e9");
    private static final Buffer BYTES = Buffer.buffer(new byte[] {0, 1, (byte) 0xff});

    private record Sample<T>(String name, Codec<T> codec, T message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Sample<?>> samples() {
        return Stream.of(
                new Sample<>("CacheLookup", CacheLookup.CODEC, new CacheLookup("zone http://a.test/ ", FIELDS)),
                new Sample<>(
                        "CacheLookupReply.Hit",
                        CacheLookupReply.CODEC,
                        new CacheLookupReply.Hit(200, FIELDS, List.of("accept"), 12, 3456, true, PAIR, BYTES)),
                new Sample<>("CacheLookupReply.Fill", CacheLookupReply.CODEC, new CacheLookupReply.Fill(7, PAIR)),
                new Sample<>(
                        "CacheStore",
                        CacheStore.CODEC,
                        new CacheStore(
                                "k",
                                "http://a.test/",
                                List.of("accept"),
                                HeaderFields.of("accept", "*/*"),
                                200,
                                FIELDS,
                                12,
                                34,
                                56_000,
                                7,
                                PAIR,
                                BYTES)),
                new Sample<>(
                        "CacheStoreReply",
                        CacheStoreReply.CODEC,
                        new CacheStoreReply(CacheStoreReply.Outcome.UNAVAILABLE)),
                new Sample<>(
                        "LeaseLookup",
                        LeaseLookup.CODEC,
                        new LeaseLookup("zone http://a.test/ ", FIELDS, new LeaseWish("g", "n", "i", "h:1", 5, 6))),
                new Sample<>(
                        "LeaseLookupReply.Stored",
                        LeaseLookupReply.CODEC,
                        new LeaseLookupReply.Stored(
                                9,
                                new CacheLookupReply.Hit(200, FIELDS, List.of("accept"), 12, 3456, true, PAIR, BYTES))),
                new Sample<>(
                        "LeaseLookupReply.Granted",
                        LeaseLookupReply.CODEC,
                        new LeaseLookupReply.Granted(new Lease("a.b", 7), PAIR)),
                new Sample<>(
                        "LeaseLookupReply.Follow",
                        LeaseLookupReply.CODEC,
                        new LeaseLookupReply.Follow(
                                new Holder("edge-proxy-1", "i", "h:1", 7), new Lease("a.b", 8), PAIR)),
                new Sample<>("LeaseLookupReply.Unleased", LeaseLookupReply.CODEC, new LeaseLookupReply.Unleased(PAIR)),
                new Sample<>(
                        "LeasedStore",
                        LeasedStore.CODEC,
                        new LeasedStore(
                                new CacheStore(
                                        "k",
                                        "http://a.test/",
                                        List.of("accept"),
                                        HeaderFields.of("accept", "*/*"),
                                        200,
                                        FIELDS,
                                        12,
                                        34,
                                        56_000,
                                        7,
                                        PAIR,
                                        BYTES),
                                "a.b")),
                new Sample<>(
                        "LeasesHeld",
                        LeasesHeld.CODEC,
                        new LeasesHeld(
                                "edge-proxy-1", "i", List.of(new Lease("a.b", 7)), List.of(new Lease("a.c", 8)))),
                new Sample<>("LeasesLost", LeasesLost.CODEC, new LeasesLost(List.of(7L, 8L))),
                new Sample<>(
                        "CacheStoreReply.LATE",
                        CacheStoreReply.CODEC,
                        new CacheStoreReply(CacheStoreReply.Outcome.LATE)),
                new Sample<>(
                        "ExplainRequest",
                        ExplainRequest.CODEC,
                        new ExplainRequest("http://a.test/", "GET", FIELDS, "web", "192.0.2.1")),
                new Sample<>("Explanation", Explanation.CODEC, new Explanation("{}")),
                new Sample<>("PurgeRequest", PurgeRequest.CODEC, new PurgeRequest("http://a.test/", true)),
                new Sample<>("PurgeNotice", PurgeNotice.CODEC, new PurgeNotice(PAIR, "http://a.test/", false)),
                new Sample<>(
                        "PurgeReceipt",
                        PurgeReceipt.CODEC,
                        new PurgeReceipt(PAIR, 3, List.of("edge-proxy-1"), List.of("edge-proxy-2"))),
                new Sample<>("PurgePair", PurgePair.CODEC, new PurgePair(PAIR)),
                new Sample<>("PurgesSince", PurgesSince.CODEC, new PurgesSince(PAIR)),
                new Sample<>(
                        "PurgeLog",
                        PurgeLog.CODEC,
                        new PurgeLog(true, PAIR, List.of(new PurgeNotice(PAIR, "http://a.test/", true)))),
                new Sample<>(
                        "PurgeOrder",
                        PurgeOrder.CODEC,
                        new PurgeOrder(List.of(PurgeScope.tag("t").orElseThrow(), PurgeScope.ALL), true, false)),
                new Sample<>(
                        "PurgeReport",
                        PurgeReport.CODEC,
                        new PurgeReport(
                                PAIR,
                                3,
                                true,
                                List.of(new PurgeReport.Edge("edge-proxy-1", true, PurgeReport.UNKNOWN)))),
                new Sample<>(
                        "ScopeNotice",
                        ScopeNotice.CODEC,
                        new ScopeNotice(
                                PAIR, PurgeScope.group("http://a.test", "b c").orElseThrow(), true)),
                new Sample<>(
                        "ScopeLog",
                        ScopeLog.CODEC,
                        new ScopeLog(
                                true,
                                PAIR,
                                List.of(new ScopeNotice(
                                        PAIR,
                                        PurgeScope.prefix("http://a.test/b").orElseThrow(),
                                        false)))),
                new Sample<>(
                        "ScopeCount",
                        ScopeCount.CODEC,
                        new ScopeCount(
                                7, List.of(PurgeScope.url("http://a.test/").orElseThrow()))),
                new Sample<>("ScopeCounted", ScopeCounted.CODEC, new ScopeCounted(7, "edge-proxy-1", 8)),
                new Sample<>("PurgeMet", PurgeMet.CODEC, new PurgeMet(PAIR, "edge-proxy-1", 8)),
                new Sample<>("PurgeApplied", PurgeApplied.CODEC, new PurgeApplied("edge-proxy-1", PAIR)),
                new Sample<>(
                        "RevisionAnnouncement", RevisionAnnouncement.CODEC, new RevisionAnnouncement(PAIR, "ab12", 99)),
                new Sample<>("RevisionFetch", RevisionFetch.CODEC, new RevisionFetch("ab12", 32_768)),
                new Sample<>("RevisionChunk", RevisionChunk.CODEC, new RevisionChunk(32_768, 99_999, BYTES)),
                new Sample<>(
                        "DecideRequest",
                        DecideRequest.CODEC,
                        new DecideRequest(
                                "web",
                                "reverse",
                                true,
                                "192.0.2.7",
                                "https",
                                "GET",
                                "a.test",
                                true,
                                443,
                                "/a",
                                "b=c",
                                "text/html")),
                new Sample<>(
                        "DecideReply",
                        DecideReply.CODEC,
                        new DecideReply(DecideReply.Outcome.REDIRECT, 302, "https://b.test/", "moved", PAIR)),
                new Sample<>("PublishRequest", PublishRequest.CODEC, new PublishRequest(BYTES, true, "cli")),
                new Sample<>("PublishReply", PublishReply.CODEC, new PublishReply(false, List.of("p:1:1: x"), PAIR)),
                new Sample<>("PseudonymKeyRequest", PseudonymKeyRequest.CODEC, new PseudonymKeyRequest(20_000)),
                new Sample<>("PseudonymKey", PseudonymKey.CODEC, new PseudonymKey(20_000, BYTES)),
                new Sample<>("AuditBatch", AuditBatch.CODEC, new AuditBatch("edge-proxy-1", 5, 6, List.of(BYTES))),
                new Sample<>("AuditAck", AuditAck.CODEC, new AuditAck("edge-proxy-1", 5, 6)),
                new Sample<>(
                        "AuditQuery",
                        AuditQuery.CODEC,
                        new AuditQuery(Map.of("kind", "exchange", "a", "b*"), 1, 2, "c", false, 100)),
                new Sample<>("AuditPage", AuditPage.CODEC, new AuditPage(List.of("{}"), "c", true)),
                new Sample<>(
                        "NodeStatus",
                        NodeStatus.CODEC,
                        new NodeStatus(
                                "edge-proxy-1",
                                "edge-proxy",
                                "i",
                                1,
                                "ready",
                                "",
                                Map.of("b", 2L, "a", 1L),
                                Map.of("version", "0.1"))));
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void keepsItsWireForm(Sample<T> sample) throws IOException {
        Buffer wire = encode(sample);
        Properties golden = new Properties();
        try (InputStream forms = GoldenWireFormTest.class.getResourceAsStream("golden-wire-forms.properties")) {
            golden.load(forms);
        }
        assertThat(HexFormat.of().formatHex(wire.getBytes()))
                .as("wire form of %s; if it must change, add a new version of the message", sample.name())
                .isEqualTo(golden.getProperty(sample.name()));
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void readsBackWhatItWrote(Sample<T> sample) {
        WireReader reader = new WireReader(encode(sample), 0);
        assertThat(sample.codec().decode(reader)).isEqualTo(sample.message());
        assertThat(reader.atEnd()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("samples")
    <T> void refusesEveryTruncation(Sample<T> sample) {
        Buffer wire = encode(sample);
        for (int length = 0; length < wire.length(); length++) {
            Buffer cut = wire.getBuffer(0, length);
            assertThatThrownBy(() -> sample.codec().decode(new WireReader(cut, 0)))
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void refusesALengthBeyondTheMessage() {
        Buffer wire = Buffer.buffer().appendInt(Integer.MAX_VALUE);
        assertThatThrownBy(() -> new WireReader(wire, 0).text()).isInstanceOf(WireException.class);
        assertThatThrownBy(() -> new WireReader(wire, 0).fields()).isInstanceOf(WireException.class);
    }

    private static <T> Buffer encode(Sample<T> sample) {
        Buffer wire = Buffer.buffer();
        sample.codec().encode(sample.message(), new WireWriter(wire));
        return wire;
    }
}
