package dev.weir.http.caching;

import dev.weir.http.EntityTag;
import dev.weir.http.HeaderFields;
import dev.weir.http.Precondition;
import java.time.Instant;
import java.util.Optional;

/**
 * What two answers of one resource must have in common so that octets of both may stand together (RFC 9110 §8.8.1): a
 * strong entity tag, or, where there is no tag at all, a Last-Modified that lies a minute or more before Date, so that
 * no second change can hide behind it (§8.8.2.2).
 *
 * @param text equal for the same representation; of no other use
 */
record StrongValidator(String text) {
    private static final long SECONDS_APART = 60;

    /** The strong validator of an answer; empty if it has none. */
    static Optional<StrongValidator> of(StoredHead head) {
        HeaderFields fields = head.fields();
        if (fields.contains("ETag")) {
            return EntityTag.of(fields).filter(tag -> !tag.weak()).map(tag -> new StrongValidator(tag.toString()));
        }
        Optional<Instant> modified = Precondition.date(fields, "Last-Modified", head.responseTime());
        return modified.filter(at -> at.getEpochSecond() <= head.date().getEpochSecond() - SECONDS_APART)
                .map(at -> new StrongValidator(Long.toString(at.getEpochSecond())));
    }
}
