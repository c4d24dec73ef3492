package dev.weir.settings;

/** A place in a file; lines and columns count from 1. */
public record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
