package dev.weir.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one YAML 1.2 document into {@link Node}s. Refused: an empty document, two documents, a key that stands twice,
 * keys that are no text, tags beyond the core schema, and what exceeds the bounds (characters, depth, nodes after
 * aliases are followed).
 */
public final class YamlReader {
    /** The longest text read, in characters. */
    public static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    static final int MAX_DEPTH = 40;
    static final int MAX_NODES = 200_000;
    private static final int MAX_ALIASES = 10_000;
    /** The last is what the engine makes of a plain {@code ${NAME}}; for us that is a text until it is filled in. */
    private static final List<Tag> SCALAR_TAGS = List.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.ENV_TAG);

    private final String file;
    private int nodes;

    private YamlReader(String file) {
        this.file = file;
    }

    /**
     * Reads a text; the name only serves for messages.
     *
     * @throws SettingsException if the text cannot be used
     */
    public static Node read(String fileName, String text) {
        YamlReader reader = new YamlReader(fileName);
        if (text.length() > MAX_CHARACTERS) {
            throw reader.refuse(1, 1, "longer than " + MAX_CHARACTERS + " characters");
        }
        return reader.read(text);
    }

    private Node read(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(MAX_CHARACTERS)
                .setAllowNonScalarKeys(true)
                .setMaxAliasesForCollections(MAX_ALIASES)
                // The whole text: at the border of a buffer the engine loses characters of two UTF-16 units.
                .setBufferSize(text.length() + 2)
                .build();
        Optional<org.snakeyaml.engine.v2.nodes.Node> root;
        try {
            checkDepth(new Parse(settings).parseString(text));
            root = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            String context = e.getContext() == null ? "" : e.getContext() + ": ";
            throw refuse(
                    mark == null ? 1 : mark.getLine() + 1,
                    mark == null ? 1 : mark.getColumn() + 1,
                    "not YAML: " + context + e.getProblem());
        } catch (YamlEngineException e) {
            throw refuse(1, 1, "not YAML: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            // What the engine makes of a text that ends within an escape.
            throw refuse(1, 1, "not YAML: an escape sequence in double quotes can't be read: " + e.getMessage());
        }
        if (root.isEmpty()) {
            throw refuse(1, 1, "the document is empty");
        }
        Node node = convert(root.get(), 1);
        if (node instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NULL) {
            throw refuse(1, 1, "the document is empty");
        }
        return node;
    }

    /** The composer works by recursion: what nests too deep has to be found before. */
    private void checkDepth(Iterable<Event> events) {
        int depth = 0;
        for (Event event : events) {
            if (event instanceof CollectionEndEvent) {
                depth--;
            } else if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                Mark mark = event.getStartMark().orElseThrow();
                throw refuse(mark.getLine() + 1, mark.getColumn() + 1, "deeper than " + MAX_DEPTH + " levels");
            }
        }
    }

    private Node convert(org.snakeyaml.engine.v2.nodes.Node node, int depth) {
        Position position = position(node);
        if (depth > MAX_DEPTH) {
            throw refuse(position.line(), position.column(), "deeper than " + MAX_DEPTH + " levels");
        }
        if (++nodes > MAX_NODES) {
            throw refuse(position.line(), position.column(), "more than " + MAX_NODES + " values");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar, position);
        }
        Tag expected = node instanceof MappingNode ? Tag.MAP : Tag.SEQ;
        if (!(node instanceof CollectionNode<?>) || !node.getTag().equals(expected)) {
            throw refuse(position.line(), position.column(), "tag " + node.getTag() + " is not known");
        }
        return node instanceof MappingNode mapping
                ? mapping(mapping, position, depth)
                : sequence((SequenceNode) node, position, depth);
    }

    private Scalar scalar(ScalarNode scalar, Position position) {
        if (!SCALAR_TAGS.contains(scalar.getTag())) {
            throw refuse(position.line(), position.column(), "tag " + scalar.getTag() + " is not known");
        }
        Scalar.Kind kind = scalar.isPlain() ? CoreSchema.kind(scalar.getValue()) : Scalar.Kind.TEXT;
        return new Scalar(position, kind, scalar.getValue());
    }

    private Sequence sequence(SequenceNode node, Position position, int depth) {
        List<Node> items = new ArrayList<>(node.getValue().size());
        for (org.snakeyaml.engine.v2.nodes.Node item : node.getValue()) {
            items.add(convert(item, depth + 1));
        }
        return new Sequence(position, items);
    }

    private Mapping mapping(MappingNode node, Position position, int depth) {
        List<Mapping.Entry> entries = new ArrayList<>(node.getValue().size());
        Map<String, Position> seen = new HashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            Position keyPosition = position(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw refuse(keyPosition.line(), keyPosition.column(), "a key must be a text");
            }
            Position first = seen.putIfAbsent(key.getValue(), keyPosition);
            if (first != null) {
                String cause = "the key \"" + key.getValue() + "\" stands twice (first in line " + first.line() + ")";
                throw refuse(keyPosition.line(), keyPosition.column(), cause);
            }
            entries.add(new Mapping.Entry(keyPosition, key.getValue(), convert(tuple.getValueNode(), depth + 1)));
        }
        return new Mapping(position, entries);
    }

    private Position position(org.snakeyaml.engine.v2.nodes.Node node) {
        return node.getStartMark()
                .map(mark -> new Position(file, mark.getLine() + 1, mark.getColumn() + 1))
                .orElseGet(() -> new Position(file, 1, 1));
    }

    private SettingsException refuse(int line, int column, String cause) {
        return new SettingsException(List.of(new Problem(new Position(file, line, column), "", cause)));
    }
}
