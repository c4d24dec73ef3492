package dev.weir.edge.cache;

import dev.weir.http.caching.RequestVariants;
import dev.weir.http.caching.Vary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The stored responses of one key in the order in which they are chosen (RFC 9111 §4, §4.1): those that name selecting
 * fields before those that don't, as an origin may have forgotten to; the most recent by Date first. Immutable.
 */
final class Variants {
    static final Variants NONE = new Variants(List.of());

    /** Where the dates are the same it stays as it was: what was stored last stands first. */
    private static final Comparator<StoredResponse> ORDER = Comparator.comparing(
                    (StoredResponse response) -> response.vary.isNone())
            .thenComparing(response -> response.date, Comparator.reverseOrder());

    private final List<StoredResponse> inOrder;
    private final int weight;

    private Variants(List<StoredResponse> inOrder) {
        this.inOrder = inOrder;
        int sum = 0;
        for (StoredResponse each : inOrder) {
            sum += each.weight;
        }
        this.weight = sum;
    }

    /** The first that a request selects. */
    Optional<StoredResponse> selectedBy(RequestVariants request) {
        for (StoredResponse each : inOrder) {
            if (request.selects(each.vary, each.variant)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /**
     * These with {@code added}, without those it replaces, and without those received longest ago beyond {@code most} or
     * {@code mostBytes}. If it names selecting fields, those that don't and are no newer are replaced: they would be
     * chosen for whom it isn't.
     *
     * @param dropped told of each that is no longer there
     */
    Variants with(StoredResponse added, int most, int mostBytes, Consumer<StoredResponse> dropped) {
        List<StoredResponse> kept = new ArrayList<>(inOrder.size() + 1);
        kept.add(added);
        long bytes = added.weight;
        for (StoredResponse each : inOrder) {
            if (added.replaces(each) || added.selectsBetterThan(each)) {
                dropped.accept(each);
            } else {
                kept.add(each);
                bytes += each.weight;
            }
        }
        while (kept.size() > most || bytes > mostBytes) {
            StoredResponse oldest = kept.get(1);
            for (StoredResponse each : kept.subList(1, kept.size())) {
                oldest = each.head.responseTime().isAfter(oldest.head.responseTime()) ? oldest : each;
            }
            kept.remove(oldest);
            dropped.accept(oldest);
            bytes -= oldest.weight;
        }
        kept.sort(ORDER);
        return new Variants(List.copyOf(kept));
    }

    /**
     * These without those that don't meet {@code condition}; the same if all do.
     *
     * @param dropped told of each that is no longer there
     */
    Variants where(Predicate<StoredResponse> condition, Consumer<StoredResponse> dropped) {
        List<StoredResponse> kept = new ArrayList<>(inOrder.size());
        for (StoredResponse each : inOrder) {
            if (condition.test(each)) {
                kept.add(each);
            } else {
                dropped.accept(each);
            }
        }
        return kept.size() == inOrder.size() ? this : new Variants(List.copyOf(kept));
    }

    /** The one that is for the requests that select {@code variant} by {@code vary}. */
    Optional<StoredResponse> of(Vary vary, String variant) {
        for (StoredResponse each : inOrder) {
            if (each.isFor(vary, variant)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** These without the one of {@link #of}. */
    Variants without(Vary vary, String variant, Consumer<StoredResponse> dropped) {
        return where(each -> !each.isFor(vary, variant), dropped);
    }

    boolean any(Predicate<StoredResponse> condition) {
        return inOrder.stream().anyMatch(condition);
    }

    void forEach(Consumer<StoredResponse> action) {
        inOrder.forEach(action);
    }

    /** The URL that all of them share. */
    String url() {
        return inOrder.get(0).url;
    }

    int size() {
        return inOrder.size();
    }

    /** In bytes. */
    int weight() {
        return weight;
    }
}
