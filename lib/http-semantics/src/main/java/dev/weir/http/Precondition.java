package dev.weir.http;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The conditions of a request as a cache evaluates them against what it has stored (RFC 9110 §13, RFC 9111 §4.3.2). */
public final class Precondition {
    private static final Set<String> CONTENT_FIELDS = Set.of(
            "content-length", "content-type", "content-encoding", "content-language", "content-range", "accept-ranges");

    private Precondition() {}

    /**
     * Whether a stored response may be answered by 304: If-None-Match has its tag, or, without If-None-Match, it isn't
     * newer than If-Modified-Since says. Without Last-Modified its Date counts, without Date the time it was received.
     *
     * @param status of the stored response; conditions count only for 2xx (RFC 9110 §13.2.1)
     */
    public static boolean notModified(
            String method, HeaderFields request, int status, HeaderFields stored, Instant receivedAt, Instant now) {
        if (status / 100 != 2 || !(method.equals("GET") || method.equals("HEAD"))) {
            return false;
        }
        Optional<String> noneMatch = request.combined("If-None-Match");
        if (noneMatch.isPresent()) {
            String tags = FieldSyntax.trim(noneMatch.get());
            if (tags.equals("*")) {
                return true;
            }
            Optional<EntityTag> tag = EntityTag.of(stored);
            return tag.isPresent() && tag.get().matchesAnyIn(tags);
        }
        Optional<Instant> since = date(request, "If-Modified-Since", now);
        if (since.isEmpty()) {
            return false;
        }
        Optional<Instant> changed = date(stored, "Last-Modified", now);
        if (changed.isEmpty()) {
            changed = date(stored, "Date", now);
        }
        return !changed.orElse(receivedAt).isAfter(since.get());
    }

    /** The fields of a 304 for a stored response: all but those that describe content which isn't sent (RFC 9110 §15.4.5). */
    public static HeaderFields notModifiedFields(HeaderFields stored) {
        return stored.without(name -> CONTENT_FIELDS.contains(name.toLowerCase(Locale.ROOT)));
    }

    /** The date of the only field line of this name; empty if there are none, several, or it is no date. */
    public static Optional<Instant> date(HeaderFields fields, String name, Instant now) {
        Optional<String> first = fields.first(name);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        List<String> lines = fields.all(name);
        return lines.size() > 1 ? Optional.empty() : HttpDate.parse(FieldSyntax.trim(first.get()), now);
    }
}
