package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeApplied;
import dev.weir.contracts.cache.PurgeReceipt;
import dev.weir.contracts.cluster.NodeStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Who has applied which purge. A receipt waits for the edges that were heard of lately, and for no longer than
 * {@link #PATIENCE}. Confined to one context.
 */
final class Receipts {
    static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration HEARD_LATELY = Duration.ofSeconds(5);
    private static final int MOST_WAITING = 512;
    private static final int MOST_NODES = 4_096;

    private final Vertx vertx;
    private final LongSupplier nanos;
    private final Map<String, Node> nodes = new HashMap<>();
    private final List<Waiting> waiting = new ArrayList<>();

    private static final class Node {
        boolean isEdge;
        long heardNanos;
        SequencePair applied = SequencePair.NONE;
    }

    private record Waiting(
            SequencePair pair,
            long removed,
            TreeSet<String> applied,
            TreeSet<String> missing,
            Promise<PurgeReceipt> reply) {
        PurgeReceipt receipt() {
            return new PurgeReceipt(pair, removed, List.copyOf(applied), List.copyOf(missing));
        }
    }

    Receipts(Vertx vertx, LongSupplier nanos) {
        this.vertx = vertx;
        this.nanos = nanos;
    }

    /** A node told how it is. */
    void heard(NodeStatus status) {
        forgetTheSilent();
        if (nodes.size() < MOST_NODES || nodes.containsKey(status.name())) {
            Node node = nodes.computeIfAbsent(status.name(), name -> new Node());
            node.heardNanos = nanos.getAsLong();
            node.isEdge |= status.kind().equals("edge-proxy");
        }
    }

    /** An edge told how far it has come. */
    void applied(PurgeApplied applied) {
        if (nodes.size() < MOST_NODES || nodes.containsKey(applied.node())) {
            Node node = nodes.computeIfAbsent(applied.node(), name -> new Node());
            node.isEdge = true;
            node.heardNanos = nanos.getAsLong();
            node.applied = applied.pair();
        }
        for (Waiting each : List.copyOf(waiting)) {
            if (applied.pair().covers(each.pair()) && each.missing().remove(applied.node())) {
                each.applied().add(applied.node());
                answerIfComplete(each);
            }
        }
    }

    /** The receipt of a purge, when all edges have applied it or the patience is over. */
    Future<PurgeReceipt> receipt(ResponseStore.Purged purged) {
        Waiting mine = new Waiting(purged.pair(), purged.met(), new TreeSet<>(), new TreeSet<>(), Promise.promise());
        forgetTheSilent();
        nodes.forEach((name, node) -> {
            if (node.isEdge) {
                (node.applied.covers(purged.pair()) ? mine.applied() : mine.missing()).add(name);
            }
        });
        if (waiting.size() >= MOST_WAITING) {
            return Future.succeededFuture(mine.receipt());
        }
        waiting.add(mine);
        answerIfComplete(mine);
        if (!mine.missing().isEmpty()) {
            long timer = vertx.setTimer(PATIENCE.toMillis(), id -> answer(mine));
            return mine.reply().future().onComplete(done -> vertx.cancelTimer(timer));
        }
        return mine.reply().future();
    }

    /** The edges heard of lately. */
    List<String> edges() {
        forgetTheSilent();
        return nodes.entrySet().stream()
                .filter(each -> each.getValue().isEdge)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private void answerIfComplete(Waiting each) {
        if (each.missing().isEmpty()) {
            answer(each);
        }
    }

    private void answer(Waiting each) {
        if (waiting.remove(each)) {
            each.reply().complete(each.receipt());
        }
    }

    private void forgetTheSilent() {
        long now = nanos.getAsLong();
        nodes.values().removeIf(node -> now - node.heardNanos > HEARD_LATELY.toNanos());
    }
}
