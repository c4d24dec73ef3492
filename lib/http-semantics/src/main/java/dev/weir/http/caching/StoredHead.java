package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HopByHop;
import dev.weir.http.HttpDate;
import dev.weir.http.Precondition;
import java.time.Instant;

/**
 * The head of a stored response (RFC 9111 §3).
 *
 * @param status of the response
 * @param fields as stored: without those for one connection only, and with a Date
 * @param requestTime when the request for it was sent, by the clock of who stored it
 * @param responseTime when its head was received, by the same clock
 */
public record StoredHead(int status, HeaderFields fields, Instant requestTime, Instant responseTime) {

    /**
     * The head to store of a response as it was received: without fields for one connection only (RFC 9111 §3.1), and
     * with a Date if it had none (RFC 9110 §6.6.1).
     */
    public static StoredHead received(int status, HeaderFields fields, Instant requestTime, Instant responseTime) {
        HeaderFields kept = HopByHop.strip(fields);
        if (!kept.contains("Date")) {
            HeaderFields.Builder dated = kept.toBuilder();
            dated.add("Date", HttpDate.format(responseTime));
            kept = dated.build();
        }
        return new StoredHead(status, kept, requestTime, responseTime);
    }

    /** What Date says, or when the response was received if it says nothing valid. */
    public Instant date() {
        return Precondition.date(fields, "Date", responseTime).orElse(responseTime);
    }

    /**
     * The age in milliseconds when the response was received: the greater of what Date and the clock say, and of what
     * Age says and the request took (RFC 9111 §4.2.3, corrected_initial_age). Date and the clock are compared in whole
     * seconds, or every response would begin up to one second old.
     */
    public long initialAgeMillis() {
        long apparentSeconds = Math.max(0, responseTime.getEpochSecond() - date().getEpochSecond());
        long delayMillis = Math.max(0, responseTime.toEpochMilli() - requestTime.toEpochMilli());
        return Math.max(apparentSeconds * 1000, ageSeconds() * 1000 + delayMillis);
    }

    /** Whether there is something to validate with: ETag or a valid Last-Modified (RFC 9111 §4.3.1). */
    public boolean hasValidator() {
        return fields.contains("ETag")
                || Precondition.date(fields, "Last-Modified", responseTime).isPresent();
    }

    /** The first member of Age; 0 if it isn't a number (RFC 9111 §5.1). */
    private long ageSeconds() {
        String age = fields.first("Age").orElse("");
        int comma = age.indexOf(',');
        String first = FieldSyntax.trim(comma < 0 ? age : age.substring(0, comma));
        return Math.max(0, CacheDirectives.deltaSeconds(first));
    }
}
