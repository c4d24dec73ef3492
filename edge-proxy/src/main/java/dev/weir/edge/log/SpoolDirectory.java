package dev.weir.edge.log;

import dev.weir.edge.log.SpoolCursor.Position;
import dev.weir.runtime.files.PrivateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory that holds the spool of one edge; one process at a time has it. Its methods block the thread. */
final class SpoolDirectory implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
    private static final String SUFFIX = ".spool";
    private static final String BROKEN = ".broken";
    private static final int TINY_BYTES = 4096;

    private final SpoolSettings settings;
    private final FileChannel lock;
    private long nextFile = 1;

    private SpoolDirectory(SpoolSettings settings, FileChannel lock) {
        this.settings = settings;
        this.lock = lock;
    }

    /**
     * Makes the directory if need be, and takes it.
     *
     * @throws IOException also if another process has it
     */
    static SpoolDirectory lock(SpoolSettings settings) throws IOException {
        FileChannel channel = FileChannel.open(
                PrivateDirectory.make(settings.directory()).resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held == null) {
                throw new IOException(settings.directory() + " is the spool of another process that runs");
            }
            return new SpoolDirectory(settings, channel);
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(settings.directory() + " is in use in this process already", e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Segments behind the cursor, oldest first; all others are deleted. */
    List<SpoolSegment> recover(Position acknowledged) throws IOException {
        List<SpoolSegment> found = new ArrayList<>();
        for (Path file : files()) {
            nextFile = Math.max(nextFile, number(file) + 1);
            Optional<SpoolSegment> segment = SpoolSegment.recover(file);
            if (segment.isPresent() && segment.get().ordinal() >= acknowledged.ordinal()) {
                found.add(segment.get());
            } else if (segment.isEmpty() && !SpoolSegment.unused(file)) {
                LOG.error("spool: {} has a broken head; its records are lost, it is left as {}", file, BROKEN);
                Files.move(file, file.resolveSibling(file.getFileName() + BROKEN), StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.delete(file);
            }
        }
        found.sort(Comparator.comparingLong(SpoolSegment::ordinal));
        found.forEach(SpoolDirectory::tellGap);
        return found;
    }

    /** A process that died while its spool was full left a note of what it had dropped. */
    private static void tellGap(SpoolSegment left) {
        long last = 0;
        for (int at = SpoolSegment.HEADER_BYTES; at < left.written(); at = left.next(at)) {
            last = left.seq(at);
        }
        long through = left.droppedThrough();
        if (through > last) {
            JsonLine gap = new JsonLine(left.edge(), left.epoch());
            long millis = last == 0 ? 0 : left.millis(SpoolSegment.HEADER_BYTES);
            AuditSpool.writeGap(gap, last + 1, through, millis);
            gap.number(through + 1);
            left.append(through + 1, millis, gap.bytes(), gap.start(), gap.length());
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> entries = Files.list(settings.directory())) {
            return entries.filter(each -> number(each) > 0).sorted().toList();
        }
    }

    private static long number(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** A new segment beside so many; a tiny one, for the record of a gap, if they are as many as there may be. */
    SpoolSegment create(int inUse) throws IOException {
        int bytes = inUse < segments() ? settings.segmentBytes() : TINY_BYTES;
        return SpoolSegment.create(settings.directory().resolve(String.format("%08d%s", nextFile++, SUFFIX)), bytes);
    }

    /** Whether it is of the size that is in use now. */
    boolean standard(SpoolSegment segment) {
        return segment.size() == settings.segmentBytes();
    }

    /** How many segments there may be. */
    int segments() {
        return settings.segments();
    }

    Path cursor() {
        return settings.directory().resolve("cursor");
    }

    void delete(SpoolSegment segment) {
        try {
            Files.deleteIfExists(segment.file());
        } catch (IOException e) {
            LOG.warn("spool: {} can't be deleted: {}", segment.file(), e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
