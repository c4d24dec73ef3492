package dev.weir.settings;

import java.util.List;

/** A list. */
public record Sequence(Position position, List<Node> items) implements Node {
    /** Copies the items. */
    public Sequence {
        items = List.copyOf(items);
    }

    @Override
    public String kindWord() {
        return "a list";
    }
}
