package dev.weir.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** The checkout under test, as this build left it. */
final class Checkout {
    private static final Path ROOT = Path.of(System.getProperty("weir.checkout", "../.."))
            .toAbsolutePath()
            .normalize();

    private Checkout() {}

    static Path root() {
        return ROOT;
    }

    static Path weir() {
        return ROOT.resolve("weir");
    }

    /** The JDK that Weir's processes run on. */
    static String javaHome() {
        String asked = System.getProperty("weir.java.home", "");
        return asked.isEmpty() ? System.getProperty("java.home") : asked;
    }

    /**
     * Tells {@code ./weir} that the jars which this Maven build has just packaged are up to date, or it would build
     * them again beneath us. What was changed after the build began is newer still, and is built.
     */
    static synchronized void announceBuild() {
        String built = System.getProperty("weir.built", "");
        if (built.isEmpty()) {
            return;
        }
        Path stamp = ROOT.resolve("target/weir-built");
        try {
            FileTime begun = FileTime.from(Instant.parse(built));
            if (!Files.exists(stamp)) {
                Files.createDirectories(stamp.getParent());
                Files.createFile(stamp);
            } else if (Files.getLastModifiedTime(stamp).compareTo(begun) >= 0) {
                return;
            }
            Files.setLastModifiedTime(stamp, begun);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
