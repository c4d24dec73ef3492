package dev.weir.policyservice;

import dev.weir.runtime.files.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The keys that turn clients' addresses into a day's pseudonyms: one a day (UTC), the same for all edges, made when it
 * is first asked for, kept in a file that only its owner may read, and erased when the day is two days gone: then
 * nobody can tell any more who a pseudonym was. Blocks; for one thread.
 */
final class PseudonymKeys {
    private static final int KEY_BYTES = 32;
    private static final Pattern NAME = Pattern.compile("[0-9]{1,9}");

    private final Path directory;
    private final Random random;

    /** Keys in this directory. {@code random} is a secure one but in tests. */
    PseudonymKeys(Path directory, Random random) {
        this.directory = directory;
        this.random = random;
    }

    /** The key of a day, or none if that day is over or later than tomorrow. */
    Optional<byte[]> key(long epochDay, Instant now) throws IOException {
        long today = LocalDate.ofInstant(now, ZoneOffset.UTC).toEpochDay();
        eraseBefore(today - 1);
        if (epochDay < today || epochDay > today + 1) {
            return Optional.empty();
        }
        Path file = Files.createDirectories(directory).resolve(Long.toString(epochDay));
        byte[] kept = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (kept.length == KEY_BYTES) {
            return Optional.of(kept);
        }
        byte[] fresh = new byte[KEY_BYTES];
        random.nextBytes(fresh);
        DurableFile.write(file, fresh);
        return Optional.of(fresh);
    }

    /** Erases the keys of the days before this one. */
    void eraseBefore(long epochDay) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> old;
        try (Stream<Path> files = Files.list(directory)) {
            old = files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .filter(file -> Long.parseLong(file.getFileName().toString()) < epochDay)
                    .toList();
        }
        for (Path file : old) {
            erase(file);
        }
    }

    /** Overwrites before it deletes: what a disk does with that is its own affair, but the file is not left as it was. */
    private static void erase(Path file) throws IOException {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            int written = out.write(ByteBuffer.allocate(KEY_BYTES));
            out.force(written > 0);
        }
        Files.delete(file);
    }
}
