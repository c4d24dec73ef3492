package dev.weir.edge.pipeline;

import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.PurgeScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a PURGE request says. It is of its URL, unless it has tags (Surrogate-Key, Cache-Tag) or groups (Cache-Groups, of
 * its origin), or {@code Weir-Purge} says {@code prefix} or {@code all}. {@code Weir-Purge: soft} has responses confirmed
 * instead of dropped, {@code dry-run} has them counted only.
 */
final class PurgeWords {
    static final String FIELD = "Weir-Purge";

    /** The reason why a PURGE that can't be read isn't carried out. */
    static final String UNCLEAR = "purge-unclear";

    private static final Set<String> WORDS = Set.of("url", "prefix", "all", "soft", "dry-run");

    private PurgeWords() {}

    /** Empty if it can't be told what is to be purged: an unknown word, or two that don't go together. */
    static Optional<PurgeOrder> read(CanonicalRequest request) {
        List<String> words = FieldSyntax.list(request.fields(), FIELD).stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
        if (!WORDS.containsAll(words) || !request.path().startsWith("/")) {
            return Optional.empty();
        }
        Optional<List<PurgeScope>> named = named(request);
        Optional<List<PurgeScope>> said = said(request, words);
        if (named.isEmpty()
                || said.isEmpty()
                || named.get().isEmpty() == said.get().isEmpty()) {
            return Optional.empty();
        }
        List<PurgeScope> scopes = named.get().isEmpty() ? said.get() : named.get();
        return scopes.size() > PurgeOrder.MOST_SCOPES
                ? Optional.empty()
                : Optional.of(new PurgeOrder(scopes, words.contains("soft"), words.contains("dry-run")));
    }

    /** Of what the target and {@code words} say; empty if there are names and nothing else is said. */
    private static Optional<List<PurgeScope>> said(CanonicalRequest request, List<String> words) {
        long kinds = words.stream()
                .filter(Set.of("url", "prefix", "all")::contains)
                .distinct()
                .count();
        if (kinds > 1) {
            return Optional.empty();
        }
        if (words.contains("all")) {
            return Optional.of(List.of(PurgeScope.ALL));
        }
        String uri = CacheKey.of("any", request).uri();
        if (words.contains("prefix")) {
            return PurgeScope.prefix(uri).map(List::of);
        }
        boolean names = names(request.fields());
        return names && kinds == 0
                ? Optional.of(List.of())
                : PurgeScope.url(uri).map(List::of);
    }

    private static boolean names(HeaderFields fields) {
        return fields.contains("Surrogate-Key") || fields.contains("Cache-Tag") || fields.contains("Cache-Groups");
    }

    /** The tags and groups; empty if one of them can't be one. */
    private static Optional<List<PurgeScope>> named(CanonicalRequest request) {
        HeaderFields fields = request.fields();
        List<Optional<PurgeScope>> scopes = new ArrayList<>();
        for (String line : fields.all("Surrogate-Key")) {
            for (String tag : line.trim().split("[ \\t]+", -1)) {
                scopes.add(PurgeScope.tag(tag));
            }
        }
        for (String line : fields.all("Cache-Tag")) {
            for (String tag : line.split(",", -1)) {
                scopes.add(PurgeScope.tag(FieldSyntax.trim(tag)));
            }
        }
        if (fields.contains("Cache-Groups")) {
            List<PurgeScope> groups =
                    PurgeScope.groups(CacheKey.of("any", request).uri(), fields);
            groups.forEach(group -> scopes.add(Optional.of(group)));
            if (groups.isEmpty()) {
                return Optional.empty();
            }
        }
        if (scopes.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(scopes.stream().flatMap(Optional::stream).distinct().toList());
    }
}
