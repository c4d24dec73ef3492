package dev.weir.settings;

import java.math.BigDecimal;
import java.util.Locale;

/** Writes nodes as JSON. */
final class JsonText {
    private JsonText() {}

    static void append(StringBuilder out, Node node) {
        if (node instanceof Mapping mapping) {
            append(out, mapping);
        } else if (node instanceof Sequence sequence) {
            append(out, sequence);
        } else if (node instanceof Scalar scalar) {
            append(out, scalar);
        }
    }

    private static void append(StringBuilder out, Mapping mapping) {
        char before = '{';
        for (Mapping.Entry entry : mapping.entries()) {
            out.append(before);
            quote(out, entry.key());
            out.append(':');
            append(out, entry.value());
            before = ',';
        }
        out.append(mapping.entries().isEmpty() ? "{}" : "}");
    }

    private static void append(StringBuilder out, Sequence sequence) {
        char before = '[';
        for (Node item : sequence.items()) {
            out.append(before);
            append(out, item);
            before = ',';
        }
        out.append(sequence.items().isEmpty() ? "[]" : "]");
    }

    private static void append(StringBuilder out, Scalar scalar) {
        switch (scalar.kind()) {
            case NULL -> out.append("null");
            case BOOL -> out.append(scalar.text().toLowerCase(Locale.ROOT));
            case INTEGER ->
                CoreSchema.integer(scalar.text()).ifPresentOrElse(out::append, () -> quote(out, scalar.text()));
            case DECIMAL -> decimal(out, scalar.text());
            case TEXT -> quote(out, scalar.text());
        }
    }

    /** Infinity and not-a-number have no JSON form: they stay texts. */
    private static void decimal(StringBuilder out, String text) {
        try {
            BigDecimal value = new BigDecimal(text);
            out.append(value.signum() == 0 ? "0" : value.stripTrailingZeros().toString());
        } catch (NumberFormatException notFinite) {
            quote(out, text);
        }
    }

    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20
                            || c == 0x7f
                            || c == 0x2028
                            || c == 0x2029
                            || (Character.isSurrogate(c) && alone(text, i))) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean alone(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
                : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
}
