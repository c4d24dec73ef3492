package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The stored responses of one key, newest first (RFC 9111 §4.1). Immutable. */
final class Variants {
    static final Variants NONE = new Variants(List.of());

    private final List<StoredResponse> newestFirst;
    private final int weight;

    private Variants(List<StoredResponse> newestFirst) {
        this.newestFirst = newestFirst;
        int sum = 0;
        for (StoredResponse each : newestFirst) {
            sum += each.weight;
        }
        this.weight = sum;
    }

    /** The newest that these request fields select. */
    Optional<StoredResponse> selectedBy(HeaderFields request) {
        for (StoredResponse each : newestFirst) {
            if (each.vary.matches(request, each.variant)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /**
     * These with {@code added} in front, without those it replaces, and without the oldest beyond {@code most} or
     * {@code mostBytes}.
     *
     * @param dropped told of each that is no longer there
     */
    Variants with(StoredResponse added, int most, int mostBytes, Consumer<StoredResponse> dropped) {
        List<StoredResponse> kept = new ArrayList<>(newestFirst.size() + 1);
        kept.add(added);
        long bytes = added.weight;
        for (StoredResponse each : newestFirst) {
            if (added.replaces(each) || kept.size() >= most || bytes + each.weight > mostBytes) {
                dropped.accept(each);
            } else {
                kept.add(each);
                bytes += each.weight;
            }
        }
        return new Variants(List.copyOf(kept));
    }

    /**
     * These without those that don't meet {@code condition}; the same if all do.
     *
     * @param dropped told of each that is no longer there
     */
    Variants where(Predicate<StoredResponse> condition, Consumer<StoredResponse> dropped) {
        List<StoredResponse> kept = new ArrayList<>(newestFirst.size());
        for (StoredResponse each : newestFirst) {
            if (condition.test(each)) {
                kept.add(each);
            } else {
                dropped.accept(each);
            }
        }
        return kept.size() == newestFirst.size() ? this : new Variants(List.copyOf(kept));
    }

    boolean any(Predicate<StoredResponse> condition) {
        return newestFirst.stream().anyMatch(condition);
    }

    void forEach(Consumer<StoredResponse> action) {
        newestFirst.forEach(action);
    }

    /** The URL that all of them share. */
    String url() {
        return newestFirst.get(0).url;
    }

    int size() {
        return newestFirst.size();
    }

    /** In bytes. */
    int weight() {
        return weight;
    }
}
