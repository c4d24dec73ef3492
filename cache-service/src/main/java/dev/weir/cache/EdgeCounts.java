package dev.weir.cache;

import dev.weir.contracts.cache.PurgeReport;
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
import java.util.Set;

/**
 * What edges say of how many responses purges meet there. Waited for until all have said it, and for a while at the
 * longest. Confined to one context.
 *
 * @param <I> what names a purge, or the question for one
 */
final class EdgeCounts<I> {
    private static final int MOST_WAITING = 256;
    private static final int MOST_REMEMBERED = 1_024;

    private final Vertx vertx;
    private final Duration patience;
    private final List<Waiting<I>> waiting = new ArrayList<>();

    /** What came last: some edges are faster than the one who is about to ask. */
    private final Deque<Told<I>> last = new ArrayDeque<>();

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

    private record Told<I>(I id, String edge, long met) {}

    /** Who is waited for: each edge tells of every id, and what it says first counts. */
    private static final class Waiting<I> {
        final Set<I> ids;
        final List<String> edges;
        final Map<String, Map<I, Long>> told = new HashMap<>();
        final Promise<Sums> sums = Promise.promise();

        Waiting(Set<I> ids, List<String> edges) {
            this.ids = ids;
            this.edges = edges;
        }

        boolean isFor(Told<I> counted) {
            return ids.contains(counted.id()) && edges.contains(counted.edge());
        }

        void add(Told<I> counted) {
            var unused = told.computeIfAbsent(counted.edge(), edge -> new HashMap<>())
                    .putIfAbsent(counted.id(), Math.max(0, counted.met()));
        }

        boolean isComplete() {
            return whole().size() == edges.size();
        }

        Map<String, Long> whole() {
            Map<String, Long> whole = new HashMap<>();
            told.forEach((edge, byId) -> {
                if (byId.size() == ids.size()) {
                    whole.put(edge, byId.values().stream().mapToLong(met -> met).sum());
                }
            });
            return whole;
        }
    }

    /** @param patience with those who say nothing */
    EdgeCounts(Vertx vertx, Duration patience) {
        this.vertx = vertx;
        this.patience = patience;
    }

    /** An edge has counted. */
    void counted(I id, String edge, long met) {
        Told<I> counted = new Told<>(id, edge, met);
        last.addLast(counted);
        if (last.size() > MOST_REMEMBERED) {
            last.removeFirst();
        }
        for (Waiting<I> each : List.copyOf(waiting)) {
            if (each.isFor(counted)) {
                each.add(counted);
                if (each.isComplete()) {
                    answer(each);
                }
            }
        }
    }

    /** What these edges say of all of these together. */
    Future<Sums> of(Set<I> ids, List<String> edges) {
        if (edges.isEmpty() || waiting.size() >= MOST_WAITING) {
            return Future.succeededFuture(Sums.NONE);
        }
        Waiting<I> mine = new Waiting<>(Set.copyOf(ids), List.copyOf(edges));
        last.stream().filter(mine::isFor).forEach(mine::add);
        if (mine.isComplete()) {
            return Future.succeededFuture(new Sums(mine.whole()));
        }
        waiting.add(mine);
        long timer = vertx.setTimer(patience.toMillis(), id -> answer(mine));
        return mine.sums.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void answer(Waiting<I> each) {
        if (waiting.remove(each)) {
            each.sums.complete(new Sums(each.whole()));
        }
    }
}
