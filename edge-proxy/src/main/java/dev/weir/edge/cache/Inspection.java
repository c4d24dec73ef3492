package dev.weir.edge.cache;

import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an edge has under a key, as somebody sees it who only looks. */
public final class Inspection {
    private final List<Kept> kept;
    private final @Nullable Refused refused;
    private final boolean behind;

    /**
     * One stored response.
     *
     * @param head status, fields and times
     * @param vary what it varies by
     * @param variant the selecting fields of the request that it was stored for, as {@link Vary#variant} writes them
     * @param bytes of its body, be they held or not
     * @param octets which of them are held, and of how many; empty if all are
     * @param enough whether nothing is missing that the request that was asked about would have of them
     * @param freshness how long it is fresh
     * @param staleSince since when it is stale whatever its age, as {@link dev.weir.http.caching.Reuse} has it: softly
     *     purged, or the edge is cut off from purges
     * @param selected whether the request that was asked about would be given this one
     */
    public record Kept(
            StoredHead head,
            Vary vary,
            String variant,
            long bytes,
            String octets,
            boolean enough,
            Freshness freshness,
            Instant staleSince,
            boolean selected) {
        /** Whether it is stale whatever its age. */
        public boolean toConfirm() {
            return !staleSince.equals(Instant.MAX);
        }
    }

    /**
     * The last answer that wasn't stored.
     *
     * @param why the word for it
     * @param secondsAgo when it came
     */
    public record Refused(String why, long secondsAgo) {}

    Inspection(List<Kept> kept, Optional<Refused> refused, boolean behind) {
        this.kept = List.copyOf(kept);
        this.refused = refused.orElse(null);
        this.behind = behind;
    }

    /** The responses that weren't purged, in the order in which they are chosen. */
    public List<Kept> kept() {
        return kept;
    }

    /** Why the last answer wasn't stored, if one wasn't since the last that was. */
    public Optional<Refused> refused() {
        return Optional.ofNullable(refused);
    }

    /** Whether purges are missing here, so that nothing stored is used at the moment. */
    public boolean isBehind() {
        return behind;
    }
}
