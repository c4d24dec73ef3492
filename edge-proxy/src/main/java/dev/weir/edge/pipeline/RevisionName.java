package dev.weir.edge.pipeline;

import dev.weir.edge.policy.ActiveRevision;
import org.jspecify.annotations.Nullable;

/** What a revision is called in records, written once for each revision. Lives on a single event loop. */
final class RevisionName {
    private @Nullable ActiveRevision last;
    private String name = "";

    @SuppressWarnings("ReferenceEquality") // the same one, cheaply told
    String of(ActiveRevision revision) {
        if (revision != last) {
            last = revision;
            name = revision.pair().toString();
        }
        return name;
    }
}
