package dev.weir.settings;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a plain scalar means by the core schema of YAML 1.2 (chapter 10.3). */
final class CoreSchema {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern BOOL = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern DECIMAL = Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
    /** Beyond this no number is meant, and arithmetic on it is work for nothing. */
    private static final int LONGEST_NUMBER = 64;

    private CoreSchema() {}

    static Scalar.Kind kind(String text) {
        if (text.length() > LONGEST_NUMBER) {
            return Scalar.Kind.TEXT;
        }
        if (NULL.matcher(text).matches()) {
            return Scalar.Kind.NULL;
        }
        if (BOOL.matcher(text).matches()) {
            return Scalar.Kind.BOOL;
        }
        if (INTEGER.matcher(text).matches()) {
            return Scalar.Kind.INTEGER;
        }
        return DECIMAL.matcher(text).matches() ? Scalar.Kind.DECIMAL : Scalar.Kind.TEXT;
    }

    static Optional<BigInteger> integer(String text) {
        if (text.length() > LONGEST_NUMBER || !INTEGER.matcher(text).matches()) {
            return Optional.empty();
        }
        if (text.startsWith("0x")) {
            return Optional.of(new BigInteger(text.substring(2), 16));
        }
        return Optional.of(text.startsWith("0o") ? new BigInteger(text.substring(2), 8) : new BigInteger(text));
    }
}
