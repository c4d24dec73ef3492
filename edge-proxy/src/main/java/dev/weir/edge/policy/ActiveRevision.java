package dev.weir.edge.policy;

import dev.weir.contracts.SequencePair;
import dev.weir.policy.Policy;
import dev.weir.policy.RevisionContent;
import dev.weir.policy.SignedRevision;
import java.time.Instant;
import java.util.Optional;

/**
 * A revision that was verified and compiled, ready to be asked.
 *
 * @param policy what it says
 * @param pair its number
 * @param hash SHA-256 of the signed revision, lower-case hex: what announcements call it
 * @param createdAt when policy-service made it
 */
public record ActiveRevision(Policy policy, SequencePair pair, String hash, Instant createdAt) {
    /** Of a verified revision; empty if this version doesn't understand its content. */
    static Optional<ActiveRevision> of(SignedRevision revision) {
        return RevisionContent.parse(revision.content())
                .map(content -> new ActiveRevision(
                        content.compile(),
                        new SequencePair(revision.epoch(), revision.number()),
                        revision.hash(),
                        revision.createdAt()));
    }

    /**
     * Whether this may take the place of {@code other}: a higher number, or another life of the sequence that began
     * later. What is older is never taken back, whoever sends it.
     */
    boolean isNewerThan(ActiveRevision other) {
        return pair.epoch() == other.pair.epoch()
                ? pair.number() > other.pair.number()
                : createdAt.isAfter(other.createdAt);
    }
}
