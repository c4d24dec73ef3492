package dev.weir.runtime.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Directories that only this process's user may look into: what lies in them tells of clients. */
public final class PrivateDirectory {
    private PrivateDirectory() {}

    /** Makes the directory, and those above it, if it is missing; closes it to others either way. Blocks. */
    public static Path make(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        return directory;
    }
}
