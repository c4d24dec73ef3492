package dev.weir.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Octets as the texts that readers are given. */
public final class Texts {
    private Texts() {}

    /** One char an octet, as field values are read. */
    public static String octets(byte[] data) {
        return new String(data, StandardCharsets.ISO_8859_1);
    }

    /** UTF-8, as files are read. */
    public static String utf8(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** The lines of {@code data}: so inputs of several parts can be read and written by hand. */
    public static List<String> lines(byte[] data) {
        return List.of(octets(data).split("\n", -1));
    }

    /** Line {@code index}; empty if there are fewer. */
    public static String line(List<String> lines, int index) {
        return index < lines.size() ? lines.get(index) : "";
    }
}
