package dev.weir.cache;

import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.cache.ScopeCounted;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What edges say of how many responses a purge meets there. Waited for until all have said it, and for a while at the
 * longest. Confined to one context.
 */
final class EdgeCounts {
    /** For a count, which is all that is asked for. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Beside a purge, which has taken effect by then: it is counted by those who sweep behind it. */
    private static final Duration PATIENCE_OF_PURGES = Duration.ofMillis(250);

    private static final int MOST_WAITING = 256;
    private static final int MOST_REMEMBERED = 1_024;

    private final Vertx vertx;
    private final List<Waiting> waiting = new ArrayList<>();

    /** What came last: some edges are faster than the one who is about to ask. */
    private final Deque<ScopeCounted> last = new ArrayDeque<>();

    /** The sums by edge. */
    record Sums(Map<String, Long> byEdge) {
        static final Sums NONE = new Sums(Map.of());

        Sums {
            byEdge = Map.copyOf(byEdge);
        }

        /** {@link PurgeReport#UNKNOWN} where it isn't known. */
        long of(String edge) {
            return byEdge.getOrDefault(edge, PurgeReport.UNKNOWN);
        }
    }

    /** Who is waited for: each edge tells of every id once. */
    private static final class Waiting {
        final long firstId;
        final int ids;
        final List<String> edges;
        final Map<String, Map<Long, Long>> told = new HashMap<>();
        final Promise<Sums> sums = Promise.promise();

        Waiting(long firstId, int ids, List<String> edges) {
            this.firstId = firstId;
            this.ids = ids;
            this.edges = edges;
        }

        boolean isFor(ScopeCounted counted) {
            return counted.id() >= firstId && counted.id() - firstId < ids && edges.contains(counted.node());
        }

        void add(ScopeCounted counted) {
            told.computeIfAbsent(counted.node(), node -> new HashMap<>()).put(counted.id(), Math.max(0, counted.met()));
        }

        boolean isComplete() {
            return whole().size() == edges.size();
        }

        Map<String, Long> whole() {
            Map<String, Long> whole = new HashMap<>();
            told.forEach((edge, byId) -> {
                if (byId.size() == ids) {
                    whole.put(edge, byId.values().stream().mapToLong(met -> met).sum());
                }
            });
            return whole;
        }
    }

    EdgeCounts(Vertx vertx) {
        this.vertx = vertx;
    }

    /** An edge has counted. */
    void counted(ScopeCounted counted) {
        last.addLast(counted);
        if (last.size() > MOST_REMEMBERED) {
            last.removeFirst();
        }
        for (Waiting each : List.copyOf(waiting)) {
            if (each.isFor(counted)) {
                each.add(counted);
                if (each.isComplete()) {
                    answer(each);
                }
            }
        }
    }

    /** What these edges say of a count. */
    Future<Sums> of(long id, List<String> edges) {
        return await(new Waiting(id, 1, edges), PATIENCE);
    }

    /** What these edges say of so many purges, the last of which has this number. */
    Future<Sums> ofPurges(long lastNumber, int purges, List<String> edges) {
        return await(new Waiting(lastNumber - purges + 1, purges, edges), PATIENCE_OF_PURGES);
    }

    private Future<Sums> await(Waiting mine, Duration patience) {
        if (mine.edges.isEmpty() || waiting.size() >= MOST_WAITING) {
            return Future.succeededFuture(Sums.NONE);
        }
        last.stream().filter(mine::isFor).forEach(mine::add);
        if (mine.isComplete()) {
            return Future.succeededFuture(new Sums(mine.whole()));
        }
        waiting.add(mine);
        long timer = vertx.setTimer(patience.toMillis(), id -> answer(mine));
        return mine.sums.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void answer(Waiting each) {
        if (waiting.remove(each)) {
            each.sums.complete(new Sums(each.whole()));
        }
    }
}
