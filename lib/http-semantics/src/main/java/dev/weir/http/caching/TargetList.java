package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import dev.weir.http.StructuredDictionary;
import java.util.List;
import java.util.Optional;

/**
 * The fields in which origins speak to caches of this kind (RFC 9213 §2.2): the first that is there, valid and not empty
 * decides alone, and Cache-Control and Expires don't count then.
 *
 * @param names of the fields, in order of preference; empty if none counts
 */
public record TargetList(List<String> names) {
    /** No field counts but Cache-Control and Expires. */
    public static final TargetList NONE = new TargetList(List.of());

    /** Copies the names. */
    public TargetList {
        names = List.copyOf(names);
    }

    /** What the first field of the list that counts says; empty if none does. */
    Optional<CacheDirectives> directives(HeaderFields response) {
        for (int i = 0; i < names.size(); i++) {
            Optional<CacheDirectives> said = directives(names.get(i), response);
            if (said.isPresent()) {
                return said;
            }
        }
        return Optional.empty();
    }

    /** The name of the field that counts; empty if none does. */
    public Optional<String> counting(HeaderFields response) {
        return names.stream()
                .filter(name -> directives(name, response).isPresent())
                .findFirst();
    }

    private static Optional<CacheDirectives> directives(String name, HeaderFields response) {
        return response.contains(name)
                ? StructuredDictionary.parse(response.all(name)).flatMap(CacheDirectives::ofDictionary)
                : Optional.empty();
    }
}
