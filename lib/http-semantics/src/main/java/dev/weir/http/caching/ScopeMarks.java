package dev.weir.http.caching;

import java.util.List;

/** Scopes of purges to be asked of many responses: their marks are hashed once. Immutable. */
public final class ScopeMarks {
    private final PurgeScope[] scopes;
    private final long[] marks;

    private ScopeMarks(PurgeScope[] scopes, long[] marks) {
        this.scopes = scopes;
        this.marks = marks;
    }

    /** Those of {@code scopes}, in their order. */
    public static ScopeMarks of(List<PurgeScope> scopes) {
        PurgeScope[] each = scopes.toArray(new PurgeScope[0]);
        long[] marks = new long[each.length];
        for (int i = 0; i < each.length; i++) {
            marks[i] = each[i].mark();
        }
        return new ScopeMarks(each, marks);
    }

    /** How many there are. */
    public int size() {
        return scopes.length;
    }

    /**
     * Whether a purge of one of the scopes is of a response.
     *
     * @param index of the scope
     * @param url of the response, as {@link CacheKey#uri()} writes it
     * @param response its marks
     */
    public boolean meets(int index, String url, PurgeMarks response) {
        return switch (scopes[index].kind()) {
            case ALL -> true;
            case URL -> scopes[index].subject().equals(url);
            default -> response.contains(marks[index]);
        };
    }

    /** Whether a purge of any of the scopes is of a response with this URL and these marks. */
    public boolean anyMeets(String url, PurgeMarks response) {
        for (int i = 0; i < scopes.length; i++) {
            if (meets(i, url, response)) {
                return true;
            }
        }
        return false;
    }
}
