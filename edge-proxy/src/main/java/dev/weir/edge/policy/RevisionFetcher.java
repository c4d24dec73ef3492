package dev.weir.edge.policy;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.contracts.policy.RevisionChunk;
import dev.weir.contracts.policy.RevisionFetch;
import dev.weir.policy.SignedRevision;
import dev.weir.runtime.cluster.Bus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/** Fetches a revision, piece by piece, one asked for at a time. Lives on a single event loop. */
final class RevisionFetcher {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int ATTEMPTS = 3;
    private static final int LONGEST_CHUNK = 32 * 1024;

    private final Bus bus;

    RevisionFetcher(Bus bus) {
        this.bus = bus;
    }

    /** The bytes of the revision that was announced; fails if they don't come, or not as announced. */
    Future<Buffer> fetch(RevisionAnnouncement announced) {
        if (announced.size() <= 0 || announced.size() > SignedRevision.MOST_BYTES) {
            return Future.failedFuture(new IllegalArgumentException(
                    "size: " + announced.size() + " (expected: 1-" + SignedRevision.MOST_BYTES + ")"));
        }
        Promise<Buffer> whole = Promise.promise();
        fetchRest(announced, Buffer.buffer(), whole);
        return whole.future();
    }

    /** Not a chain of futures: that would be thousands of links for a long revision. */
    private void fetchRest(RevisionAnnouncement announced, Buffer sofar, Promise<Buffer> whole) {
        ask(new RevisionFetch(announced.hash(), sofar.length()), announced.size(), ATTEMPTS)
                .onComplete(asked -> {
                    if (asked.failed()) {
                        whole.fail(asked.cause());
                        return;
                    }
                    Buffer more = sofar.appendBuffer(asked.result().bytes());
                    if (more.length() < announced.size()) {
                        fetchRest(announced, more, whole);
                    } else {
                        whole.complete(more);
                    }
                });
    }

    /** A piece; another replica of policy-service may have it where the first one asked has not. */
    private Future<RevisionChunk> ask(RevisionFetch request, long size, int attempts) {
        return bus.request(Addresses.POLICY_FETCH, request, PATIENCE)
                .compose(chunk -> checked(chunk, request, size))
                .recover(failure -> attempts > 1 ? ask(request, size, attempts - 1) : Future.failedFuture(failure));
    }

    private static Future<RevisionChunk> checked(RevisionChunk chunk, RevisionFetch request, long size) {
        int length = chunk.bytes().length();
        boolean fits = chunk.total() == size
                && chunk.offset() == request.offset()
                && length > 0
                && length <= LONGEST_CHUNK
                && chunk.offset() + length <= size;
        return fits
                ? Future.succeededFuture(chunk)
                : Future.failedFuture(new IllegalArgumentException("piece: " + length + " bytes at " + chunk.offset()
                        + " of " + chunk.total() + " (expected: at " + request.offset() + " of " + size + ")"));
    }
}
