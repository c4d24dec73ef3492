package dev.weir.edge.pipeline;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.edge.cache.EdgeCache;
import dev.weir.edge.cache.Fill;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Recording;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheProfile;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.PartialContent;
import dev.weir.http.caching.Revalidation;
import dev.weir.http.caching.Storability;
import dev.weir.http.caching.StoredHead;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides whether what the origin answers is kept, and tells those who wait for it. Thread-safe. */
final class Keeping {
    /** Reasons that hold for whoever asks. */
    private static final Set<Storability.Reason> OF_THE_RESPONSE = EnumSet.of(
            Storability.Reason.NO_STORE,
            Storability.Reason.PRIVATE,
            Storability.Reason.VARY,
            Storability.Reason.NO_FRESHNESS);

    /** Those that hold for all of a group who might share it. */
    private static final Set<Storability.Reason> OF_THE_GROUP = EnumSet.of(
            Storability.Reason.NO_STORE,
            Storability.Reason.PRIVATE,
            Storability.Reason.VARY,
            Storability.Reason.NO_FRESHNESS,
            Storability.Reason.AUTHORIZATION,
            Storability.Reason.STATUS_NOT_UNDERSTOOD,
            Storability.Reason.SET_COOKIE,
            Storability.Reason.ERROR_STATUS);

    private static final String TOO_MANY_TAGS = "too-many-tags";

    /** What is decided. */
    sealed interface Kept {
        /** The body goes through {@code recording} to all who share it. */
        record Whole(Recording recording) implements Kept {}

        /** It isn't kept, and is for nobody else. */
        record Not(String reason) implements Kept {}
    }

    private final EdgeCache cache;
    private final CacheProfile profile;

    Keeping(EdgeCache cache, CacheProfile profile) {
        this.cache = cache;
        this.profile = profile;
    }

    /**
     * Decides on the answer to a request.
     *
     * @param request fields of the request
     * @param rule that holds for the key
     * @param leader of the fetch
     */
    Kept of(
            String method,
            HeaderFields request,
            StoredHead received,
            CacheKey key,
            CacheRule rule,
            Fill fill,
            Seat leader) {
        StoredHead head = rule.stored(received);
        if (head.status() == 206 && method.equals("GET")) {
            PartialContent content = PartialContent.of(request, head);
            return content instanceof PartialContent.Part part
                    ? ofPart(request, head, part, key, rule, fill, leader)
                    : refusePart(((PartialContent.Refused) content).reason().token(), key, leader);
        }
        Storability storable = Storability.of(method, request, head, profile, rule);
        if (storable instanceof Storability.Refuse refused) {
            return refuse(refused.reason(), key, leader);
        }
        if (cache.hasTooManyTags(key, head.fields())) {
            cache.unshared(leader);
            cache.unstored(key, TOO_MANY_TAGS);
            return new Kept.Not(TOO_MANY_TAGS);
        }
        if (cache.isTooLong(head.fields())) {
            cache.unshared(leader);
            Optional<PartialContent.Part> all = method.equals("GET") ? PartialContent.ofWhole(head) : Optional.empty();
            if (all.isPresent()) {
                // What there is room for of it: the slices that are of use stay.
                return new Kept.Whole(cache.beginPart(key, request, head, all.get(), fill, leader));
            }
            cache.tooLong(key);
            return new Kept.Not("too-long");
        }
        return new Kept.Whole(cache.begin(key, request, head, fill, leader));
    }

    private Kept ofPart(
            HeaderFields request,
            StoredHead received,
            PartialContent.Part part,
            CacheKey key,
            CacheRule rule,
            Fill fill,
            Seat leader) {
        if (Storability.of("GET", request, part.head(), profile, rule) instanceof Storability.Refuse refused) {
            return refusePart(refused.reason().token(), key, leader);
        }
        return cache.hasTooManyTags(key, part.head().fields())
                ? refusePart(TOO_MANY_TAGS, key, leader)
                : new Kept.Whole(cache.beginPart(key, request, received, part, fill, leader));
    }

    /** Says nothing of answers to requests for the whole, or for other ranges. */
    private Kept refusePart(String reason, CacheKey key, Seat leader) {
        cache.partUnshared(leader);
        cache.unstored(key, reason);
        return new Kept.Not(reason);
    }

    private Kept refuse(Storability.Reason reason, CacheKey key, Seat leader) {
        if (OF_THE_RESPONSE.contains(reason)) {
            cache.refused(key);
        }
        if (OF_THE_GROUP.contains(reason)) {
            cache.unshared(leader);
        }
        leader.resolve(Shared.ALONE);
        if (reason != Storability.Reason.METHOD) {
            cache.unstored(key, reason.token());
        }
        return new Kept.Not(reason.token());
    }

    /** Whether a head that a 304 or a HEAD has made may be kept; otherwise what is stored stays as it is. */
    boolean mayStay(HeaderFields request, StoredHead merged, CacheRule rule) {
        return Storability.of("GET", request, merged, profile, rule) instanceof Storability.Store;
    }

    /** The answer was selected by what the key can't hold: it is for nobody else. Gives the reason. */
    @CanIgnoreReturnValue
    String unseen(CacheKey key, Seat leader) {
        String reason = Storability.Reason.VARY.token();
        leader.resolve(Shared.ALONE);
        cache.unstored(key, reason);
        return reason;
    }

    /**
     * An answer that isn't kept may show that what is stored, which it was to confirm, isn't what there is any more: that
     * is dropped, unless it is fresh. Else it would come back as long as it may be used stale.
     */
    void outdate(String method, HeaderFields request, StoredHead answer, CacheKey key, @Nullable L1Entry stored) {
        if (stored != null
                && (stored.stale() || !stored.freshness().isFresh(answer.responseTime()))
                && Revalidation.outdates(method, request, answer.status())) {
            cache.invalidate(List.of(key));
        }
    }
}
