package dev.weir.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * An immutable field section in wire order (RFC 9110 §5). Names compare without regard to ASCII case; values are kept
 * as they came, one entry a field line. Built for short sections: a look-up is a scan.
 */
public final class HeaderFields {
    private static final HeaderFields EMPTY = new HeaderFields(new String[0]);

    /** name, value, name, value, … */
    private final String[] lines;

    private HeaderFields(String[] lines) {
        this.lines = lines;
    }

    /** The section without fields. */
    public static HeaderFields empty() {
        return EMPTY;
    }

    /**
     * Fields from alternating names and values.
     *
     * @throws IllegalArgumentException if the count is odd
     */
    public static HeaderFields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "namesAndValues: " + namesAndValues.length + " strings (expected: an even number)");
        }
        return namesAndValues.length == 0 ? EMPTY : new HeaderFields(namesAndValues.clone());
    }

    /** A builder that starts empty. */
    public static Builder builder() {
        return new Builder(16);
    }

    /** A builder that starts with these fields. */
    public Builder toBuilder() {
        Builder builder = new Builder(lines.length + 8);
        System.arraycopy(lines, 0, builder.lines, 0, lines.length);
        builder.length = lines.length;
        return builder;
    }

    /** The number of field lines. */
    public int size() {
        return lines.length / 2;
    }

    /** Whether there is no field line. */
    public boolean isEmpty() {
        return lines.length == 0;
    }

    /** The name of field line {@code index}, as it came. */
    public String name(int index) {
        return lines[2 * index];
    }

    /** The value of field line {@code index}. */
    public String value(int index) {
        return lines[2 * index + 1];
    }

    /** The value of the first field line of this name. */
    public Optional<String> first(String name) {
        int at = indexOf(name, 0);
        return at < 0 ? Optional.empty() : Optional.of(lines[at + 1]);
    }

    /** The values of all field lines of this name, in order. */
    public List<String> all(String name) {
        int at = indexOf(name, 0);
        if (at < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>(2);
        while (at >= 0) {
            values.add(lines[at + 1]);
            at = indexOf(name, at + 2);
        }
        return values;
    }

    /** All values of this name as one, joined by a comma and a blank (RFC 9110 §5.3); empty if there is none. */
    public Optional<String> combined(String name) {
        int at = indexOf(name, 0);
        if (at < 0) {
            return Optional.empty();
        }
        int next = indexOf(name, at + 2);
        return Optional.of(next < 0 ? lines[at + 1] : String.join(", ", all(name)));
    }

    /** Whether a field line of this name is there. */
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    /** Calls {@code action} with each name and value, in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < lines.length; i += 2) {
            action.accept(lines[i], lines[i + 1]);
        }
    }

    /** These fields without those whose name satisfies {@code unwanted}. */
    public HeaderFields without(Predicate<String> unwanted) {
        Builder kept = new Builder(lines.length);
        for (int i = 0; i < lines.length; i += 2) {
            if (!unwanted.test(lines[i])) {
                kept.add(lines[i], lines[i + 1]);
            }
        }
        return kept.length == lines.length ? this : kept.build();
    }

    /** These fields from line {@code index} on. */
    public HeaderFields from(int index) {
        return index == 0 ? this : new HeaderFields(Arrays.copyOfRange(lines, 2 * index, lines.length));
    }

    private int indexOf(String name, int from) {
        for (int i = from; i < lines.length; i += 2) {
            if (lines[i].length() == name.length() && lines[i].equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderFields fields && Arrays.equals(lines, fields.lines);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lines);
    }

    /** One {@code name: value} a line; for people, not for the wire. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    /** Collects field lines. Not thread-safe. */
    public static final class Builder {
        private String[] lines;
        private int length;

        private Builder(int capacity) {
            this.lines = new String[capacity];
        }

        /** Appends a field line. */
        @CanIgnoreReturnValue
        public Builder add(String name, String value) {
            if (length == lines.length) {
                lines = Arrays.copyOf(lines, Math.max(16, length * 2));
            }
            lines[length++] = name;
            lines[length++] = value;
            return this;
        }

        /** Appends all field lines of {@code fields}. */
        @CanIgnoreReturnValue
        public Builder addAll(HeaderFields fields) {
            fields.forEach(this::add);
            return this;
        }

        /** Removes the field lines of this name and appends one. */
        @CanIgnoreReturnValue
        public Builder set(String name, String value) {
            return remove(name).add(name, value);
        }

        /** Removes the field lines of this name. */
        @CanIgnoreReturnValue
        public Builder remove(String name) {
            int kept = 0;
            for (int i = 0; i < length; i += 2) {
                if (!lines[i].equalsIgnoreCase(name)) {
                    lines[kept] = lines[i];
                    lines[kept + 1] = lines[i + 1];
                    kept += 2;
                }
            }
            length = kept;
            return this;
        }

        /** The fields collected. */
        public HeaderFields build() {
            return length == 0 ? EMPTY : new HeaderFields(Arrays.copyOf(lines, length));
        }
    }
}
