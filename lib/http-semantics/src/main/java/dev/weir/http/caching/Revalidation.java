package dev.weir.http.caching;

import dev.weir.http.EntityTag;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.Precondition;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
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

    /**
     * The same where only a part is stored: the client's Range goes along, with its If-Range, so that what comes if the
     * representation has changed is no more than the client has asked for (RFC 9110 §13.2.2).
     */
    public static HeaderFields requestFieldsOfPart(HeaderFields request, StoredHead stored) {
        HeaderFields.Builder fields = requestFields(request, stored).toBuilder();
        for (String name : List.of("Range", "If-Range")) {
            request.all(name).forEach(value -> fields.add(name, value));
        }
        return fields.build();
    }

    /** The fields of a request that fetches the whole representation: the client's without conditions and ranges. */
    public static HeaderFields unconditional(HeaderFields request) {
        return request.without(Revalidation::isCondition);
    }

    /**
     * The fields of a request that this cache makes for itself: the client's without directives, which were for the
     * client's own request.
     */
    public static HeaderFields withoutDirectives(HeaderFields request) {
        return request.without(name -> name.equalsIgnoreCase("Cache-Control") || name.equalsIgnoreCase("Pragma"));
    }

    /** Whether a request has a condition or asks for a range. */
    public static boolean isConditional(HeaderFields request) {
        for (int i = 0; i < request.size(); i++) {
            if (isCondition(request.name(i))) {
                return true;
            }
        }
        return false;
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
        return isAbout(stored, notModified)
                ? Optional.of(merged(stored, notModified, requestTime, responseTime))
                : Optional.empty();
    }

    /**
     * Whether an answer other than a 304 to a request that was to confirm a stored response shows that it isn't what the
     * target has any more, though the answer itself may not be stored (RFC 9111 §4.3.3). What is for one user, and an
     * error that may pass, shows nothing for others.
     */
    public static boolean outdates(String method, HeaderFields request, int status) {
        boolean replaced =
                (status >= 200 && status < 400 && status != 206 && status != 304) || status == 404 || status == 410;
        return replaced
                && method.equals("GET")
                && !request.contains("Authorization")
                && !CacheDirectives.ofRequest(request).has(Directive.NO_STORE);
    }

    /**
     * The stored head with the fields of a newer answer of the same representation in place of those of the same name
     * (RFC 9111 §3.2, §3.4).
     */
    static StoredHead updated(StoredHead stored, StoredHead newer) {
        return merged(stored, newer.fields(), newer.requestTime(), newer.responseTime());
    }

    /** RFC 9111 §3.2. */
    private static StoredHead merged(
            StoredHead stored, HeaderFields received, Instant requestTime, Instant responseTime) {
        HeaderFields update = StoredHead.received(stored.status(), received, requestTime, responseTime)
                .fields();
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
        return new StoredHead(stored.status(), fields.build(), requestTime, responseTime);
    }

    /**
     * The stored head brought up to date by the 200 to a HEAD request; empty if that doesn't show that the content is
     * still the one that is stored, which is to be taken as stale then (RFC 9111 §4.3.5). It shows that by a validator
     * equal to the stored one, which nothing else may contradict, nor may the length.
     *
     * @param storedLength of the stored content, in bytes
     * @param head the fields of the answer as received
     * @param requestTime when the request was sent
     * @param responseTime when the answer was received
     */
    public static Optional<StoredHead> freshenByHead(
            StoredHead stored, long storedLength, HeaderFields head, Instant requestTime, Instant responseTime) {
        boolean same = stored.status() == 200
                && sameField(stored.fields(), head, "ETag")
                && sameField(stored.fields(), head, "Last-Modified")
                && (!head.contains("Content-Length")
                        || head.combined("Content-Length").orElse("").equals(Long.toString(storedLength)))
                && identifies(stored, head);
        return same ? Optional.of(merged(stored, head, requestTime, responseTime)) : Optional.empty();
    }

    /**
     * Whether a HEAD's fields, which contradict nothing, have what tells the stored content from another: a validator. The
     * length alone doesn't, though RFC 9111 §4.3.5 lets it: what has changed may be as long, and its old content would be
     * given out as new.
     */
    private static boolean identifies(StoredHead stored, HeaderFields head) {
        boolean tag = EntityTag.of(stored.fields()).isPresent();
        boolean date = Precondition.date(stored.fields(), "Last-Modified", stored.responseTime())
                .isPresent();
        return (tag && head.contains("ETag")) || (date && head.contains("Last-Modified"));
    }

    private static boolean sameField(HeaderFields stored, HeaderFields received, String name) {
        return !received.contains(name) || received.combined(name).equals(stored.combined(name));
    }

    /** Whether a 304 is about what is stored: by the strongest validator that it has; without any it is. */
    public static boolean isAbout(StoredHead stored, HeaderFields notModified) {
        Instant now = stored.responseTime();
        Optional<EntityTag> tag = EntityTag.of(notModified);
        Optional<EntityTag> storedTag = EntityTag.of(stored.fields());
        if (tag.isPresent()) {
            return storedTag.isPresent()
                    && (tag.get().weak()
                            ? tag.get().matchesWeakly(storedTag.get())
                            : tag.get().matchesStrongly(storedTag.get()));
        }
        Optional<Instant> modified = Precondition.date(notModified, "Last-Modified", now);
        if (modified.isPresent()) {
            Optional<Instant> storedModified = Precondition.date(stored.fields(), "Last-Modified", now);
            return storedModified.isPresent() ? modified.equals(storedModified) : storedTag.isPresent();
        }
        return true;
    }

    private static boolean isCondition(String name) {
        char first = name.isEmpty() ? ' ' : name.charAt(0);
        boolean maybe = first == 'i' || first == 'I' || first == 'r' || first == 'R';
        return maybe && CONDITIONS.contains(name.toLowerCase(Locale.ROOT));
    }
}
