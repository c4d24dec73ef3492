package dev.weir.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.contracts.audit.AuditAck;
import dev.weir.contracts.audit.AuditBatch;
import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.contracts.cache.CacheLookup;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
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
import dev.weir.fuzz.Bound;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** Messages of the bus: the first octet says which, the rest is the message. */
class CodecsFuzzTest {
    private static final List<Codec<?>> CODECS = List.of(
            AuditAck.CODEC,
            AuditBatch.CODEC,
            AuditPage.CODEC,
            AuditQuery.CODEC,
            CacheLookup.CODEC,
            CacheLookupReply.CODEC,
            CacheStore.CODEC,
            CacheStoreReply.CODEC,
            PurgeApplied.CODEC,
            PurgeLog.CODEC,
            PurgeNotice.CODEC,
            PurgePair.CODEC,
            PurgeReceipt.CODEC,
            PurgeRequest.CODEC,
            PurgesSince.CODEC,
            NodeStatus.CODEC,
            DecideReply.CODEC,
            DecideRequest.CODEC,
            PseudonymKey.CODEC,
            PseudonymKeyRequest.CODEC,
            PublishReply.CODEC,
            PublishRequest.CODEC,
            RevisionAnnouncement.CODEC,
            RevisionChunk.CODEC,
            RevisionFetch.CODEC,
            PurgeOrder.CODEC,
            PurgeReport.CODEC,
            ScopeCount.CODEC,
            ScopeCounted.CODEC,
            ScopeLog.CODEC,
            ScopeNotice.CODEC,
            LeaseLookup.CODEC,
            LeaseLookupReply.CODEC,
            LeasedStore.CODEC,
            LeasesHeld.CODEC,
            LeasesLost.CODEC,
            PurgeMet.CODEC);

    @FuzzTest
    void messages(byte[] data) {
        if (data.length > 0) {
            reads(CODECS.get((data[0] & 0xff) % CODECS.size()), Buffer.buffer(data), 1);
        }
    }

    private static <T> void reads(Codec<T> codec, Buffer bytes, int start) {
        Optional<T> read = Bound.allocation(bytes.length(), 500, () -> decoded(codec, bytes, start));
        if (read.isEmpty()) {
            return;
        }
        Buffer written = Buffer.buffer();
        codec.encode(read.get(), new WireWriter(written));
        Optional<T> again = decoded(codec, written, 0);
        assertThat(again).isEqualTo(read);
        Buffer twice = Buffer.buffer();
        codec.encode(again.orElseThrow(), new WireWriter(twice));
        assertThat(twice).isEqualTo(written);
    }

    private static <T> Optional<T> decoded(Codec<T> codec, Buffer bytes, int start) {
        try {
            return Optional.of(codec.decode(new WireReader(bytes, start)));
        } catch (WireException none) {
            return Optional.empty();
        }
    }
}
