package dev.weir.cache;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.ScopeLog;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import dev.weir.http.caching.PurgedMarks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers purges and remembers the latest, in memory. Confined to one context. */
final class PurgeSequence {
    private final int mostRemembered;
    private final Deque<ScopeNotice> log = new ArrayDeque<>();
    private final Map<String, Long> lastOfUrl = new HashMap<>();
    private final PurgedMarks wide;
    private SequencePair newest;

    /**
     * None yet.
     *
     * @param mostRemembered purges
     * @param mostWide purges that are not of one URL, which are remembered for longer
     */
    PurgeSequence(long epoch, int mostRemembered, int mostWide) {
        this.newest = new SequencePair(epoch, 1);
        this.mostRemembered = mostRemembered;
        this.wide = new PurgedMarks(mostWide);
    }

    SequencePair newest() {
        return newest;
    }

    SequencePair add(PurgeScope scope, boolean soft) {
        newest = newest.next();
        log.addLast(new ScopeNotice(newest, scope, soft));
        if (scope.isWide()) {
            var unused = wide.note(scope, soft, newest::number);
        } else {
            lastOfUrl.put(scope.subject(), newest.number());
        }
        if (log.size() > mostRemembered) {
            ScopeNotice oldest = log.removeFirst();
            if (!oldest.scope().isWide()) {
                lastOfUrl.remove(oldest.scope().subject(), oldest.pair().number());
            }
        }
        return newest;
    }

    /** Whether a response of {@code url} with these marks was purged after {@code since}, or may have been. */
    boolean purgedSince(String url, PurgeMarks marks, SequencePair since) {
        return !reachesBackTo(since)
                || lastOfUrl.getOrDefault(url, 0L) > since.number()
                || wide.since(marks, since.number()) != PurgedMarks.Standing.GOOD;
    }

    /** Whether a purge after {@code number} may be of a response of {@code url} of which nothing is known yet. */
    boolean mayConcern(String url, long number) {
        return !reachesBackTo(new SequencePair(newest.epoch(), number))
                || lastOfUrl.getOrDefault(url, 0L) > number
                || wide.newest() > number;
    }

    /** What became of a response that was stored when {@code number} was the newest, but for purges of its URL. */
    PurgedMarks.Standing standing(PurgeMarks marks, long number) {
        return wide.since(marks, number);
    }

    ScopeLog since(SequencePair since, int most) {
        long behind = newest.number() - since.number();
        if (!reachesBackTo(since) || behind > most) {
            return new ScopeLog(false, newest, List.of());
        }
        return new ScopeLog(true, newest, log.stream().skip(log.size() - behind).toList());
    }

    private boolean reachesBackTo(SequencePair since) {
        return newest.covers(since) && since.number() >= newest.number() - log.size();
    }
}
