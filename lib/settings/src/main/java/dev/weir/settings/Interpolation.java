package dev.weir.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills in {@code ${NAME}}, {@code ${NAME:-default}} and {@code ${file:/path}} in values (never in keys); {@code $$} is
 * one dollar. {@code ${file:/path:-default}} stands for its default where there is no such file: services share one
 * configuration, and not every one of them is given every secret. A variable that is empty counts as unset. What was filled in is read by the core schema again, so that
 * {@code "${PORT:-8080}"} is a number.
 */
public final class Interpolation {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern NEWLINE = Pattern.compile("\\R\\z");
    private static final long LONGEST_FILE = 64 * 1024;

    private final Function<String, Optional<String>> environment;
    private final Function<Path, String> files;

    /** With a source of variables and one of files; the latter throws {@link UncheckedIOException}. */
    public Interpolation(Function<String, Optional<String>> environment, Function<Path, String> files) {
        this.environment = environment;
        this.files = files;
    }

    /** From this process's environment and disk. */
    public static Interpolation ofProcess() {
        return new Interpolation(name -> Optional.ofNullable(System.getenv(name)), Interpolation::readFile);
    }

    private static String readFile(Path path) {
        try {
            if (Files.size(path) > LONGEST_FILE) {
                throw new IOException("longer than " + LONGEST_FILE + " bytes");
            }
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same tree with everything filled in; what cannot be is reported and left as it was. */
    public Node apply(Node node, Problems problems) {
        return apply(node, "", problems);
    }

    private Node apply(Node node, String keyPath, Problems problems) {
        if (node instanceof Mapping mapping) {
            List<Mapping.Entry> entries = mapping.entries().stream()
                    .map(e -> new Mapping.Entry(
                            e.keyPosition(), e.key(), apply(e.value(), Section.join(keyPath, e.key()), problems)))
                    .toList();
            return new Mapping(mapping.position(), entries);
        }
        if (node instanceof Sequence sequence) {
            List<Node> items = new java.util.ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                items.add(apply(sequence.items().get(i), keyPath + "[" + i + "]", problems));
            }
            return new Sequence(sequence.position(), items);
        }
        Scalar scalar = (Scalar) node;
        if (scalar.kind() != Scalar.Kind.TEXT || scalar.text().indexOf('$') < 0) {
            return scalar;
        }
        String filled = fill(scalar, keyPath, problems);
        return new Scalar(scalar.position(), refilledKind(scalar.text(), filled), filled);
    }

    /** A text that only had its {@code $$} undone stays a text. */
    private static Scalar.Kind refilledKind(String before, String after) {
        Scalar.Kind kind = before.contains("${") ? CoreSchema.kind(after) : Scalar.Kind.TEXT;
        return kind == Scalar.Kind.NULL ? Scalar.Kind.TEXT : kind;
    }

    private String fill(Scalar scalar, String keyPath, Problems problems) {
        String text = scalar.text();
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int dollar = text.indexOf('$', at);
            if (dollar < 0 || dollar == text.length() - 1) {
                return out.append(text, at, text.length()).toString();
            }
            out.append(text, at, dollar);
            char next = text.charAt(dollar + 1);
            int end = next == '{' ? text.indexOf('}', dollar) : dollar + 1;
            if (end < 0) {
                problems.add(
                        new Problem(scalar.position(), keyPath, "\"${\" without \"}\" (write \"$$\" for a dollar)"));
                return text;
            }
            switch (next) {
                case '$' -> out.append('$');
                case '{' -> out.append(value(text.substring(dollar + 2, end), scalar, keyPath, problems));
                default -> out.append('$').append(next);
            }
            at = end + 1;
        }
        return out.toString();
    }

    private String value(String expression, Scalar scalar, String keyPath, Problems problems) {
        if (expression.startsWith("file:")) {
            return file(expression.substring(5), scalar, keyPath, problems);
        }
        int dash = expression.indexOf(":-");
        String name = dash < 0 ? expression : expression.substring(0, dash);
        if (!NAME.matcher(name).matches()) {
            String cause = "\"${" + expression + "}\" (expected: ${NAME}, ${NAME:-default} or ${file:/path})";
            problems.add(new Problem(scalar.position(), keyPath, cause));
            return "";
        }
        Optional<String> value = environment.apply(name).filter(v -> !v.isEmpty());
        if (value.isEmpty() && dash < 0) {
            problems.add(new Problem(scalar.position(), keyPath, "the environment has no " + name));
        }
        return value.orElse(dash < 0 ? "" : expression.substring(dash + 2));
    }

    private String file(String given, Scalar scalar, String keyPath, Problems problems) {
        int dash = given.indexOf(":-");
        String path = dash < 0 ? given : given.substring(0, dash);
        try {
            Matcher newline = NEWLINE.matcher(files.apply(Path.of(path)));
            return newline.replaceFirst("");
        } catch (UncheckedIOException e) {
            if (dash >= 0 && e.getCause() instanceof NoSuchFileException) {
                return given.substring(dash + 2);
            }
            String why = reason(e.getCause());
            problems.add(new Problem(scalar.position(), keyPath, "cannot read " + path + ": " + why));
        } catch (java.nio.file.InvalidPathException e) {
            problems.add(new Problem(scalar.position(), keyPath, "not a path: " + path));
        }
        return "";
    }

    private static String reason(@Nullable Throwable e) {
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof java.nio.file.AccessDeniedException
                ? "access denied"
                : String.valueOf(e == null ? "failed" : e.getMessage());
    }
}
