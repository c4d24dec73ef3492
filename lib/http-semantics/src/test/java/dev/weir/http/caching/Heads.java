package dev.weir.http.caching;

import dev.weir.http.HeaderFields;
import java.time.Instant;

/** Heads as test tables write them: {@code Name=value; Name=value}. */
final class Heads {
    static final Instant DATE = Instant.parse("2026-01-10T00:00:00Z");
    static final String DATE_TEXT = "Sat, 10 Jan 2026 00:00:00 GMT";

    private Heads() {}

    /** Requested and received at {@link #DATE}, which is also its Date unless it names another. */
    static StoredHead head(int status, String fields) {
        return StoredHead.received(status, fields(fields), DATE, DATE);
    }

    /** The same with a character in values that stands for a semicolon. */
    static HeaderFields fields(String written, char semicolon) {
        HeaderFields.Builder fields = HeaderFields.builder();
        fields(written).forEach((name, value) -> fields.add(name, value.replace(semicolon, ';')));
        return fields.build();
    }

    static HeaderFields fields(String written) {
        HeaderFields.Builder fields = HeaderFields.builder();
        if (!written.isEmpty()) {
            for (String line : written.split(";", -1)) {
                int equals = line.indexOf('=');
                fields.add(
                        line.substring(0, equals).trim(),
                        line.substring(equals + 1).trim());
            }
        }
        return fields.build();
    }
}
