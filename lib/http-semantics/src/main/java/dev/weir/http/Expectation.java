package dev.weir.http;

import java.util.List;

/** What a client expects of whoever answers it (RFC 9110 §10.1.1). */
public final class Expectation {
    private static final String NAME = "Expect";

    private Expectation() {}

    /**
     * The fields with one line at the most that says what is expected, without empty members (RFC 9110 §5.6.1.2): a list
     * of nothing expects nothing.
     */
    public static HeaderFields onOneLine(HeaderFields fields) {
        if (!fields.contains(NAME)) {
            return fields;
        }
        List<String> members = FieldSyntax.list(fields, NAME);
        if (fields.all(NAME).equals(members)) {
            return fields;
        }
        return members.isEmpty()
                ? fields.without(name -> name.equalsIgnoreCase(NAME))
                : fields.toBuilder().set(NAME, String.join(", ", members)).build();
    }

    /** Whether more than {@code 100-continue} is expected of fields {@linkplain #onOneLine on one line}. */
    public static boolean isUnknown(HeaderFields fields) {
        return fields.contains(NAME) && !fields.combined(NAME).orElse("").equalsIgnoreCase("100-continue");
    }
}
