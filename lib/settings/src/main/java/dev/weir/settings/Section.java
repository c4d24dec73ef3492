package dev.weir.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One mapping, read key by key into typed values. What is wrong is collected, and the reader gets the default (or, of a
 * required value, a harmless stand-in), so that one run shows every mistake; nothing read may be used before
 * {@link Problems#throwIfAny()}. A key that nobody asked for is unknown: {@link #finish()} says so, for the sections
 * below as well. Methods without a default read a required key.
 */
public final class Section {
    private final Position position;
    private final String path;
    private final Mapping mapping;
    private final Problems problems;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> refused = new HashSet<>();
    private final List<Section> children = new ArrayList<>();
    private boolean finished;

    private Section(Position position, String path, Mapping mapping, Problems problems) {
        this.position = position;
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
    }

    /** The section of a whole document. */
    public static Section root(Node node, Problems problems) {
        return of(node, "", problems);
    }

    /** The section of a value at a key path. */
    public static Section of(Node node, String keyPath, Problems problems) {
        if (node instanceof Mapping mapping) {
            return new Section(mapping.position(), keyPath, mapping, problems);
        }
        problems.add(new Problem(node.position(), keyPath, "expected a mapping (found: " + shown(node) + ")"));
        return empty(node.position(), keyPath, problems);
    }

    private static Section empty(Position position, String path, Problems problems) {
        Section section = new Section(position, path, new Mapping(position, List.of()), problems);
        section.finished = true;
        return section;
    }

    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Where the section begins. */
    public Position position() {
        return position;
    }

    /** The key path of the section; empty for the whole document. */
    public String path() {
        return path;
    }

    /** The keys that stand here, in written order. */
    public List<String> keys() {
        return mapping.entries().stream().map(Mapping.Entry::key).toList();
    }

    /** Whether the key stands here; the key counts as known from now on. */
    public boolean has(String key) {
        return node(key).isPresent();
    }

    /** The value of a key as it is; the key counts as known from now on. */
    public Optional<Node> node(String key) {
        known.add(key);
        return refused.contains(key) ? Optional.empty() : mapping.get(key);
    }

    /** Leaves every key here to another reader, who looks for unknown ones. */
    public void leaveToOthers() {
        finished = true;
    }

    /** Reports a problem at the value of a key, or at the section if the key does not stand here. */
    public void problem(String key, String cause) {
        problem(key, cause, Optional.empty());
    }

    /** Reports a problem at the value of a key with the word that was likely meant. */
    public void problem(String key, String cause, Optional<String> suggestion) {
        Position at = mapping.get(key).map(Node::position).orElse(position);
        problems.add(new Problem(at, join(path, key), cause, suggestion));
    }

    /** Refuses a key that is known but that nothing stands behind yet; an empty list or mapping says nothing and passes. */
    public void later(String key, String what) {
        Optional<Node> node = node(key);
        boolean empty = node.filter(n -> (n instanceof Sequence s && s.items().isEmpty())
                        || (n instanceof Mapping m && m.entries().isEmpty()))
                .isPresent();
        if (node.isPresent() && !empty) {
            Position at = mapping.entry(key).map(Mapping.Entry::keyPosition).orElse(position);
            problems.add(new Problem(at, join(path, key), what + ": not built yet"));
        }
    }

    /** Refuses words of a value that are known but that nothing stands behind yet; to be called before the value is read. */
    public void laterWords(String key, String... words) {
        Optional<Node> node = node(key);
        if (node.isPresent()
                && node.get() instanceof Scalar scalar
                && Arrays.asList(words).contains(scalar.text())) {
            problem(key, "\"" + scalar.text() + "\" is not built yet");
            refused.add(key);
        }
    }

    // ---- single values

    /** A text; numbers and truth values are taken as they are written. */
    public String text(String key) {
        return required(key, Reading.anyText(), "");
    }

    /** A text with a default. */
    public String text(String key, String absent) {
        return optional(key, Reading.anyText(), absent);
    }

    /** A text that may be absent. */
    public Optional<String> optionalText(String key) {
        return optional(key, Reading.anyText());
    }

    /** A whole number in a range. */
    public int integer(String key, int min, int max) {
        return required(key, Reading.wholeNumber(min, max), min);
    }

    /** A whole number in a range, with a default. */
    public int integer(String key, int min, int max, int absent) {
        return optional(key, Reading.wholeNumber(min, max), absent);
    }

    /** {@code true} or {@code false}, with a default. */
    public boolean bool(String key, boolean absent) {
        return optional(key, Reading.truth(), absent);
    }

    /** A duration in a range. */
    public Duration duration(String key, Duration min, Duration max) {
        return required(key, Reading.duration(min, max), min);
    }

    /** A duration in a range, with a default. */
    public Duration duration(String key, Duration min, Duration max, Duration absent) {
        return optional(key, Reading.duration(min, max), absent);
    }

    /** A size in a range, with a default. */
    public ByteSize size(String key, ByteSize min, ByteSize max, ByteSize absent) {
        return optional(key, Reading.size(min, max), absent);
    }

    /** A constant by its word. */
    public <E extends Enum<E> & Word> E choice(String key, Class<E> type) {
        return word(key, type, false, type.getEnumConstants()[0]);
    }

    /** A constant by its word, with a default. */
    public <E extends Enum<E> & Word> E choice(String key, Class<E> type, E absent) {
        return word(key, type, true, absent);
    }

    private <E extends Enum<E> & Word> E word(String key, Class<E> type, boolean mayLack, E fallback) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            words.put(constant.word(), constant);
        }
        return mayLack && !has(key) ? fallback : choice(key, words, fallback);
    }

    /** One of some words; a required key, the fallback only stands in for a mistake. */
    public <V> V choice(String key, Map<String, V> words, V fallback) {
        if (refused.contains(key)) {
            return fallback;
        }
        String given = text(key);
        V value = words.get(given);
        if (value == null && has(key) && mapping.get(key).orElseThrow() instanceof Scalar s && !isNull(s)) {
            String cause = "\"" + given + "\" (expected: " + String.join(", ", words.keySet()) + ")";
            problem(key, cause, Nearest.of(given, words.keySet()));
        }
        return value == null ? fallback : value;
    }

    /** {@code host:port}. */
    public HostPort address(String key) {
        return required(key, Reading.hostPort(), new HostPort("localhost", 0));
    }

    /** {@code host:port}, with a default. */
    public HostPort address(String key, HostPort absent) {
        return optional(key, Reading.hostPort(), absent);
    }

    /** A path of the file system. */
    public Path filePath(String key) {
        return required(key, Reading.filePath(), Path.of(""));
    }

    /** A path of the file system, with a default. */
    public Path filePath(String key, Path absent) {
        return optional(key, Reading.filePath(), absent);
    }

    /** A path of the file system that may be absent. */
    public Optional<Path> optionalFilePath(String key) {
        return optional(key, Reading.filePath());
    }

    // ---- lists and mappings

    /** A list of texts; absent means empty. */
    public List<String> texts(String key) {
        return list(key, Reading.anyText(), false);
    }

    /** A list of texts, or a single one; absent means empty. */
    public List<String> textOrTexts(String key) {
        return list(key, Reading.anyText(), true);
    }

    /** A list of networks; absent means empty. */
    public List<Cidr> networks(String key) {
        List<Cidr> networks = new ArrayList<>();
        List<Node> items = items(key, true);
        for (int i = 0; i < items.size(); i++) {
            Node item = items.get(i);
            String itemPath = join(path, key) + "[" + i + "]";
            Optional<String> text = scalar(item, itemPath, new Reading<>("a network", Optional::of));
            Optional<Cidr> network = text.flatMap(Cidr::parse);
            if (text.isPresent() && network.isEmpty()) {
                String cause =
                        "\"" + text.get() + "\" is no network (expected: such as 10.0.0.0/8, 192.0.2.7 or fd00::/8)";
                problems.add(new Problem(
                        item.position(),
                        itemPath,
                        cause,
                        text.flatMap(Cidr::nearest).map(Cidr::toString)));
            }
            network.ifPresent(networks::add);
        }
        return List.copyOf(networks);
    }

    /** A list of values that a function reads; a lone value counts as a list of one where that is allowed. */
    public <V> List<V> list(String key, Reading<V> reading, boolean loneAllowed) {
        List<V> values = new ArrayList<>();
        List<Node> items = items(key, loneAllowed);
        for (int i = 0; i < items.size(); i++) {
            scalar(items.get(i), join(path, key) + "[" + i + "]", reading).ifPresent(values::add);
        }
        return List.copyOf(values);
    }

    private List<Node> items(String key, boolean loneAllowed) {
        Optional<Node> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof Sequence sequence) {
            return sequence.items();
        }
        if (loneAllowed && node.get() instanceof Scalar scalar && !isNull(scalar)) {
            return List.of(scalar);
        }
        problem(key, "expected a list (found: " + shown(node.get()) + ")");
        return List.of();
    }

    /** A list of mappings; absent means empty. */
    public List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        List<Node> items = items(key, false);
        for (int i = 0; i < items.size(); i++) {
            sections.add(child(items.get(i), join(path, key) + "[" + i + "]"));
        }
        return List.copyOf(sections);
    }

    /** A mapping below; absent means an empty one, so that all its defaults hold. */
    public Section section(String key) {
        return optionalSection(key).orElseGet(() -> empty(position, join(path, key), problems));
    }

    /** A mapping below that may be absent. */
    public Optional<Section> optionalSection(String key) {
        return node(key).map(node -> child(node, join(path, key)));
    }

    /** A mapping whose keys are names and whose values are mappings; absent means empty. */
    public Map<String, Section> namedSections(String key) {
        Map<String, Section> named = new LinkedHashMap<>();
        Section all = section(key);
        for (Mapping.Entry entry : all.mapping.entries()) {
            all.known.add(entry.key());
            named.put(entry.key(), child(entry.value(), join(all.path, entry.key())));
        }
        return named;
    }

    private Section child(Node node, String childPath) {
        Section section = of(node, childPath, problems);
        children.add(section);
        return section;
    }

    /** Reports the keys that nobody asked for, here and in every section below. */
    public void finish() {
        children.forEach(Section::finish);
        if (finished) {
            return;
        }
        finished = true;
        for (Mapping.Entry entry : mapping.entries()) {
            if (!known.contains(entry.key())) {
                String keyPath = join(path, entry.key());
                Optional<String> meant = Nearest.of(entry.key(), known);
                problems.add(new Problem(entry.keyPosition(), keyPath, "unknown key", meant));
            }
        }
    }

    // ---- how a scalar is read

    /** A required value; the stand-in is returned after a mistake. */
    public <V> V required(String key, Reading<V> reading, V standIn) {
        if (!has(key) && !refused.contains(key)) {
            problems.add(new Problem(position, join(path, key), "missing (expected: " + reading.expected() + ")"));
        }
        return optional(key, reading, standIn);
    }

    /** A value with a default. */
    public <V> V optional(String key, Reading<V> reading, V absent) {
        return optional(key, reading).orElse(absent);
    }

    /** A value that may be absent. */
    public <V> Optional<V> optional(String key, Reading<V> reading) {
        return node(key).flatMap(node -> scalar(node, join(path, key), reading));
    }

    private <V> Optional<V> scalar(Node node, String keyPath, Reading<V> reading) {
        Optional<V> value = Optional.empty();
        if (node instanceof Scalar scalar && !isNull(scalar)) {
            value = reading.read().apply(scalar.text());
        }
        if (value.isEmpty()) {
            String cause = "expected " + reading.expected() + " (found: " + shown(node) + ")";
            problems.add(new Problem(node.position(), keyPath, cause));
        }
        return value;
    }

    private static boolean isNull(Scalar scalar) {
        return scalar.kind() == Scalar.Kind.NULL;
    }

    /** What stands there; a text only where it is short, as it may be long. */
    private static String shown(Node node) {
        if (node instanceof Scalar scalar && !isNull(scalar) && scalar.text().length() <= 60) {
            return "\"" + scalar.text() + "\"";
        }
        return node.kindWord();
    }
}
