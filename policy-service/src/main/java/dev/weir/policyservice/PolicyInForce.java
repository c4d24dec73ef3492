package dev.weir.policyservice;

import dev.weir.contracts.SequencePair;
import dev.weir.contracts.policy.RevisionAnnouncement;
import dev.weir.policy.Policy;
import dev.weir.policy.RevisionContent;
import dev.weir.policy.SignedRevision;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * The revision in force, with its policy ready to be asked and its bytes ready to be fetched.
 *
 * @param announcement what edges are told of it
 * @param contentHash equal for equal policies
 */
record PolicyInForce(RevisionAnnouncement announcement, String contentHash, Policy policy, Buffer bytes) {
    /** Of a revision whose content is known already. */
    static PolicyInForce of(SignedRevision revision, Policy policy) {
        Buffer bytes = Buffer.buffer(revision.toBytes());
        SequencePair pair = new SequencePair(revision.epoch(), revision.number());
        return new PolicyInForce(
                new RevisionAnnouncement(pair, revision.hash(), bytes.length()), revision.contentHash(), policy, bytes);
    }

    /** Of a revision from the disk; empty if this version doesn't understand it. */
    static Optional<PolicyInForce> of(SignedRevision revision) {
        return RevisionContent.parse(revision.content()).map(content -> of(revision, content.compile()));
    }

    /** Whether its content is this. */
    boolean says(byte[] content) {
        return contentHash.equals(SignedRevision.contentHash(content));
    }

    SequencePair pair() {
        return announcement.pair();
    }
}
