package dev.weir.http.caching;

import dev.weir.http.EntityTag;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.Precondition;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asking the origin whether a stored response is still good, and what follows from its answer (RFC 9111 §4.3). */
public final class Revalidation {
    private static final Set<String> CONDITIONS =
            Set.of("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range");

    /** What describes the stored content itself, which a 304 doesn't replace (RFC 9111 §3.2). */
    private static final Set<String> CONTENT_FIELDS = Set.of("content-length", "content-encoding", "content-range");

    private Revalidation() {}

    /**
     * The fields of the request that validates {@code stored}: those of the client's request, with the stored response's
     * validators in place of the client's conditions and ranges (RFC 9111 §4.3.1). What the client asked by its own is
     * evaluated on what is stored then.
     */
    public static HeaderFields requestFields(HeaderFields request, StoredHead stored) {
        HeaderFields.Builder fields = unconditional(request).toBuilder();
        Optional<String> tag = stored.fields().combined("ETag");
        if (tag.isPresent()) {
            fields.add("If-None-Match", tag.get());
        }
        Optional<Instant> modified = Precondition.date(stored.fields(), "Last-Modified", stored.responseTime());
        if (modified.isPresent()) {
            fields.add("If-Modified-Since", HttpDate.format(modified.get()));
        }
        return fields.build();
    }

    /** The fields of a request that fetches the whole representation: the client's without conditions and ranges. */
    public static HeaderFields unconditional(HeaderFields request) {
        return request.without(Revalidation::isCondition);
    }

    /** Whether a request has conditions that only the origin can judge: If-Match or If-Unmodified-Since. */
    public static boolean needsOrigin(HeaderFields request) {
        return request.contains("If-Match") || request.contains("If-Unmodified-Since");
    }

    /**
     * The stored head brought up to date by a 304; empty if the 304 isn't about the stored response, which then must not
     * be used (RFC 9111 §4.3.4). A 304 without any validator answers the validators that were sent, and counts.
     *
     * @param notModified the fields of the 304 as received
     * @param requestTime when the validating request was sent
     * @param responseTime when the 304 was received
     */
    public static Optional<StoredHead> freshen(
            StoredHead stored, HeaderFields notModified, Instant requestTime, Instant responseTime) {
        if (!isAbout(stored, notModified, responseTime)) {
            return Optional.empty();
        }
        HeaderFields update =
                StoredHead.received(304, notModified, requestTime, responseTime).fields();
        Set<String> replaced = new HashSet<>();
        for (int i = 0; i < update.size(); i++) {
            replaced.add(update.name(i).toLowerCase(Locale.ROOT));
        }
        // The old Age tells of the old response: it goes, whether or not the 304 has one.
        replaced.add("age");
        replaced.removeAll(CONTENT_FIELDS);
        HeaderFields.Builder fields =
                stored.fields().without(name -> replaced.contains(name.toLowerCase(Locale.ROOT))).toBuilder();
        for (int i = 0; i < update.size(); i++) {
            if (!CONTENT_FIELDS.contains(update.name(i).toLowerCase(Locale.ROOT))) {
                fields.add(update.name(i), update.value(i));
            }
        }
        return Optional.of(new StoredHead(stored.status(), fields.build(), requestTime, responseTime));
    }

    private static boolean isAbout(StoredHead stored, HeaderFields notModified, Instant now) {
        Optional<EntityTag> tag = EntityTag.of(notModified);
        Optional<EntityTag> storedTag = EntityTag.of(stored.fields());
        if (tag.isPresent()) {
            return storedTag.isPresent()
                    && (tag.get().weak()
                            ? tag.get().matchesWeakly(storedTag.get())
                            : tag.get().matchesStrongly(storedTag.get()));
        }
        Optional<Instant> modified = Precondition.date(notModified, "Last-Modified", now);
        if (modified.isPresent() && storedTag.isEmpty()) {
            Optional<Instant> storedModified = Precondition.date(stored.fields(), "Last-Modified", now);
            return modified.equals(storedModified);
        }
        return true;
    }

    private static boolean isCondition(String name) {
        char first = name.isEmpty() ? ' ' : name.charAt(0);
        boolean maybe = first == 'i' || first == 'I' || first == 'r' || first == 'R';
        return maybe && CONDITIONS.contains(name.toLowerCase(Locale.ROOT));
    }
}
