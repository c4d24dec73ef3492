package dev.weir.edge.pipeline;

import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.Found;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Recording;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.edge.upstream.OriginCall;
import dev.weir.edge.upstream.Origins;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Revalidation;
import dev.weir.http.caching.StoredHead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Renews what was served stale, with nobody waiting (RFC 5861 §3): one fetch for each key, of all event loops, with the
 * request fields of whoever was served first. After a failure it isn't tried again for some seconds. Lives on a single
 * event loop.
 */
final class Renewals {
    /** How long another edge is given to renew something before the shared tier is asked what it has. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    private final Origins origins;
    private final EdgeCache cache;
    private final Keeping keeping;
    private final OriginRequests requests;
    private final InstantSource clock;
    private final Vertx vertx;

    Renewals(
            Origins origins,
            EdgeCache cache,
            Keeping keeping,
            OriginRequests requests,
            InstantSource clock,
            Vertx vertx) {
        this.origins = origins;
        this.cache = cache;
        this.keeping = keeping;
        this.requests = requests;
        this.clock = clock;
        this.vertx = vertx;
    }

    /** Renews what {@code exchange} is served, unless somebody does, or has failed at it lately. */
    void renew(Exchange exchange, CacheKey key) {
        cache.lead(key, JoinFetch.group(exchange), vertx.getOrCreateContext())
                .ifPresent(seat -> new Renewal(exchange, key, seat).start());
    }

    /** One of them. It reads of the exchange only what its request says. */
    private final class Renewal {
        private final Exchange exchange;
        private final CacheKey key;
        private final CacheRule rule;
        private final HeaderFields fields;
        private final Seat seat;
        private @Nullable L1Entry entry;
        private @Nullable Recording recording;

        Renewal(Exchange exchange, CacheKey key, Seat seat) {
            this.exchange = exchange;
            this.key = key;
            this.rule = exchange.cache().rule();
            this.fields = Revalidation.withoutDirectives(exchange.canonical().fields());
            this.seat = seat;
        }

        void start() {
            Future<Found> found = JoinFetch.group(exchange).isEmpty()
                    ? cache.lookupToRenew(key, fields, seat)
                    : cache.lookup(key, fields);
            found.map(this::ask).onFailure(this::failed);
        }

        private Found ask(Found found) {
            L1Entry stored = found.stored().orElse(null);
            entry = stored;
            if (found instanceof Found.Elsewhere) {
                // What another edge renews is in the shared tier when it is done: it is looked for there.
                cache.renewedElsewhere(seat);
                vertx.setTimer(LOOK_AGAIN_MILLIS, later -> lookAgain());
                over(Shared.AGAIN);
                return found;
            }
            Instant sent = clock.instant();
            if (stored != null && !stored.stale() && stored.freshness().isFresh(sent)) {
                over(Shared.AGAIN);
                return found;
            }
            OriginCall<OriginAnswer> call =
                    origins.exchange(requests.renewing(exchange, stored), (status, unheard) -> {});
            seat.onAbandoned(call::abort);
            call.answer().map(answer -> answered(answer, found, sent)).onFailure(this::failed);
            return found;
        }

        /** What is found is here from now on. */
        private void lookAgain() {
            cache.lookup(key, fields).onSuccess(found -> found.stored().ifPresent(L1Entry::release));
        }

        private OriginAnswer answered(OriginAnswer answer, Found found, Instant sent) {
            Instant received = clock.instant();
            L1Entry stored = entry;
            if (answer.status() == 304 && stored != null) {
                confirmed(stored, found, answer, sent, received);
                return answer;
            }
            if (Reuse.isErrorToBridge(answer.status()) || answer.isFollowed()) {
                answer.abort();
                cache.renewalFailed(seat);
                over(Shared.ERROR);
                return answer;
            }
            StoredHead head = StoredHead.received(answer.status(), answer.fields(), sent, received);
            if (UnseenSelection.isIn(exchange, head.fields())) {
                keeping.unseen(key, seat);
                notKept(answer);
                return answer;
            }
            Keeping.Kept kept = keeping.of("GET", fields, head, key, rule, found.fill(), seat);
            if (kept instanceof Keeping.Kept.Whole whole && whole.recording().isPaced()) {
                // So much isn't fetched with nobody waiting for it.
                answer.abort();
                whole.recording().fail(new IOException("too long to be renewed"));
                cache.renewalFailed(seat);
                over(Shared.ALONE);
            } else if (kept instanceof Keeping.Kept.Whole whole) {
                recording = whole.recording();
                seat.onProgress(this::progressed);
                take(answer, whole.recording());
            } else {
                keeping.outdate("GET", fields, head, key, stored);
                notKept(answer);
            }
            return answer;
        }

        private void notKept(OriginAnswer answer) {
            answer.abort();
            cache.renewalFailed(seat);
            over(Shared.ALONE);
        }

        private void take(OriginAnswer answer, Recording into) {
            if (answer.isEmpty()) {
                into.complete(HeaderFields.empty());
            } else {
                Intake.start(answer, into);
            }
        }

        private void confirmed(L1Entry stored, Found found, OriginAnswer answer, Instant sent, Instant received) {
            Optional<StoredHead> merged = Revalidation.freshen(stored.head(), answer.fields(), sent, received);
            if (merged.isPresent()
                    && !UnseenSelection.isIn(exchange, merged.get().fields())
                    && keeping.mayStay(fields, merged.get(), rule)
                    && Freshness.of(merged.get(), rule).isFresh(received)) {
                cache.refresh(key, fields, stored, merged.get(), found.fill());
                cache.renewed();
            } else {
                cache.renewalFailed(seat);
            }
            over(Shared.AGAIN);
        }

        /** Nobody need read it: it is let go as it comes, and the fetch is over when all of it has come. */
        private void progressed() {
            while (seat.available() > 0) {
                seat.skip(seat.contiguous());
            }
            Recording into = recording;
            if (seat.isWhole()) {
                cache.renewed();
                over(Shared.AGAIN);
            } else if (seat.broken() != null || (into != null && !into.isActive())) {
                // What isn't stored needn't come, unless somebody else reads it by now.
                cache.renewalFailed(seat);
                over(Shared.AGAIN);
            }
        }

        private void failed(Throwable failure) {
            cache.renewalFailed(seat);
            over(new Shared.Failed(failure));
        }

        private void over(Shared how) {
            seat.resolve(how);
            seat.leave();
            L1Entry held = entry;
            if (held != null) {
                entry = null;
                held.release();
            }
        }
    }
}
