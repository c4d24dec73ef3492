package dev.weir.edge.cache;

import dev.weir.contracts.cache.Holder;
import java.util.Optional;

/** What a look-up found. Whether what is stored may be used is for {@code Reuse} to say; each kind can be filled. */
public sealed interface Found {
    /** For what is fetched instead, or to validate it with. */
    Fill fill();

    /** What is stored. The receiver of this releases it. */
    default Optional<L1Entry> stored() {
        return Optional.empty();
    }

    /** The same, to be filled under something else. */
    Found filledBy(Fill other);

    /**
     * Stored in this edge. The receiver releases the entry.
     *
     * @param entry the response
     * @param fill should it not be used
     */
    record InL1(L1Entry entry, Fill fill) implements Found {
        @Override
        public Optional<L1Entry> stored() {
            return Optional.of(entry);
        }

        @Override
        public Found filledBy(Fill other) {
            return new InL1(entry, other);
        }
    }

    /**
     * Stored in the shared tier, and now here too. The receiver releases the entry.
     *
     * @param entry the response
     * @param fill should it not be used
     */
    record InL2(L1Entry entry, Fill fill) implements Found {
        @Override
        public Optional<L1Entry> stored() {
            return Optional.of(entry);
        }

        @Override
        public Found filledBy(Fill other) {
            return new InL2(entry, other);
        }
    }

    /**
     * Stored nowhere, as far as could be told in time.
     *
     * @param fill for what is fetched
     */
    record Missing(Fill fill) implements Found {
        @Override
        public Found filledBy(Fill other) {
            return new Missing(other);
        }
    }

    /**
     * Nothing of use is stored, and another edge asks the origin already.
     *
     * @param holder whom to follow
     * @param otherwise what was found for one who can't: what is stored and of no use, and the fill of who goes by itself
     */
    record Elsewhere(Holder holder, Found otherwise) implements Found {
        @Override
        public Fill fill() {
            return otherwise.fill();
        }

        @Override
        public Optional<L1Entry> stored() {
            return otherwise.stored();
        }

        @Override
        public Found filledBy(Fill other) {
            return new Elsewhere(holder, otherwise.filledBy(other));
        }
    }
}
