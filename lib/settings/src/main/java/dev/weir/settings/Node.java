package dev.weir.settings;

/** One value of a YAML document with its place. */
public sealed interface Node permits Mapping, Sequence, Scalar {
    /** Where the value begins. */
    Position position();

    /** What the value is, for messages: "a mapping", "a list", "a text" … */
    String kindWord();

    /** The value as JSON text without blanks, keys in written order; equal content gives equal text. */
    default String toJson() {
        StringBuilder out = new StringBuilder();
        JsonText.append(out, this);
        return out.toString();
    }
}
