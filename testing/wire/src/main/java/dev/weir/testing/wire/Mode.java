package dev.weir.testing.wire;

/** What a listener is for. */
public enum Mode {
    /** In front of a site. */
    REVERSE('r'),
    /** A proxy that clients ask by whole URIs. */
    FORWARD('f');

    private final char letter;

    Mode(char letter) {
        this.letter = letter;
    }

    /** As in the table. */
    char letter() {
        return letter;
    }
}
