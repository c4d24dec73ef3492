package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.PurgeLog;
import dev.weir.contracts.cache.PurgeNotice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers purges and remembers the latest, in memory. Confined to one context. */
final class PurgeSequence {
    private final int mostRemembered;
    private final Deque<PurgeNotice> log = new ArrayDeque<>();
    private final Map<String, Long> lastOf = new HashMap<>();
    private SequencePair newest;

    PurgeSequence(long epoch, int mostRemembered) {
        this.newest = new SequencePair(epoch, 1);
        this.mostRemembered = mostRemembered;
    }

    SequencePair newest() {
        return newest;
    }

    SequencePair add(String url, boolean soft) {
        newest = newest.next();
        log.addLast(new PurgeNotice(newest, url, soft));
        lastOf.put(url, newest.number());
        if (log.size() > mostRemembered) {
            PurgeNotice oldest = log.removeFirst();
            lastOf.remove(oldest.url(), oldest.pair().number());
        }
        return newest;
    }

    /** Whether {@code url} was purged after {@code since}, or may have been. */
    boolean purgedSince(String url, SequencePair since) {
        return !reachesBackTo(since) || lastOf.getOrDefault(url, 0L) > since.number();
    }

    PurgeLog since(SequencePair since, int most) {
        long behind = newest.number() - since.number();
        if (!reachesBackTo(since) || behind > most) {
            return new PurgeLog(false, newest, List.of());
        }
        return new PurgeLog(true, newest, log.stream().skip(log.size() - behind).toList());
    }

    private boolean reachesBackTo(SequencePair since) {
        return newest.covers(since) && since.number() >= newest.number() - log.size();
    }
}
