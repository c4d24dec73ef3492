package dev.weir.launcher;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.settings.HostPort;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The directory in which a Weir on this machine keeps what it must find again; one Weir at a time.
 *
 * <p>The lock is the operating system's, so it ends with the process, however that ends.
 */
final class StateDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private StateDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes it if it is missing, for its owner only, and locks it. */
    static StateDirectory open(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(absolute)) {
                makeFor(absolute);
            }
            FileChannel channel =
                    FileChannel.open(absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw CommandFailure.usage("another Weir runs on the state directory " + absolute
                        + " (end it, or give this one another: --state DIR)");
            }
            return new StateDirectory(absolute, channel);
        } catch (IOException failure) {
            throw CommandFailure.usage("cannot use the state directory " + absolute + ": " + failure);
        }
    }

    private static void makeFor(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectory(directory, ownerOnly("rwx------"));
    }

    private static FileAttribute<?> ownerOnly(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldHere) {
            return null;
        }
    }

    /** Where a running Weir says its admin URL. */
    static Path adminFile(Path state) {
        return state.resolve("admin-url");
    }

    /** Where the admin token lies. */
    static Path tokenFile(Path state) {
        return state.resolve("secrets").resolve("admin-token");
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Writes a file whole or not at all, for its owner only. */
    @CanIgnoreReturnValue
    Path write(String name, String text) {
        return write(path.resolve(name), text);
    }

    /** Tells commands with {@code --state} where the admin port of the Weir that holds that directory is. */
    static void tellAdmin(Path state, HostPort admin) {
        boolean everywhere = admin.host().equals("0.0.0.0") || admin.host().equals("::");
        HostPort near = everywhere ? new HostPort("127.0.0.1", admin.port()) : admin;
        write(adminFile(state), "http://" + near + "\n");
    }

    @CanIgnoreReturnValue
    private static Path write(Path file, String text) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            Path made = Files.createFile(fresh, ownerOnly("rw-------"));
            Files.writeString(made, text);
            return Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw CommandFailure.atRunTime("cannot write " + file + ": " + failure);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
