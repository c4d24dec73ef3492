package dev.weir.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** How a text becomes a value: what is expected, in words for messages, and the function that reads it. */
public record Reading<V>(String expected, Function<String, Optional<V>> read) {
    /** Any text. */
    public static Reading<String> anyText() {
        return new Reading<>("a text", Optional::of);
    }

    /** A whole number in a range, both ends included. */
    public static Reading<Integer> wholeNumber(int min, int max) {
        return new Reading<>(
                "a whole number from " + min + " to " + max,
                text -> CoreSchema.integer(text)
                        .filter(n -> n.bitLength() < 32 && n.intValue() >= min && n.intValue() <= max)
                        .map(Number::intValue));
    }

    /** {@code true} or {@code false}. */
    public static Reading<Boolean> truth() {
        return new Reading<>(
                "true or false",
                text -> CoreSchema.kind(text) == Scalar.Kind.BOOL
                        ? Optional.of(Boolean.parseBoolean(text))
                        : Optional.empty());
    }

    /** A duration in a range, both ends included. */
    public static Reading<Duration> duration(Duration min, Duration max) {
        String range = "a duration from " + DurationText.of(min) + " to " + DurationText.of(max);
        return new Reading<>(
                range + ", such as 250ms, 10s, 5m, 24h",
                text -> DurationText.parse(text).filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0));
    }

    /** A size in a range, both ends included. */
    public static Reading<ByteSize> size(ByteSize min, ByteSize max) {
        return new Reading<>(
                "a size from " + min + " to " + max + ", such as 512B, 64KiB, 1GiB",
                text -> ByteSize.parse(text).filter(s -> s.compareTo(min) >= 0 && s.compareTo(max) <= 0));
    }

    /** {@code host:port}. */
    public static Reading<HostPort> hostPort() {
        return new Reading<>("host:port", HostPort::parse);
    }

    /** A path of the file system. */
    public static Reading<Path> filePath() {
        return new Reading<>("a path", text -> {
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        });
    }
}
