package dev.weir.audit;

import dev.weir.runtime.files.PrivateDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files {@code audit-<n>.jsonl} of a directory, by number. Its methods block the thread. */
final class Segments {
    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    private static final Pattern NAME = Pattern.compile("audit-([0-9]{8,18})\\.jsonl");

    private final Path directory;

    Segments(Path directory) throws IOException {
        this.directory = PrivateDirectory.make(directory);
    }

    Path file(long number) {
        return directory.resolve(String.format("audit-%08d.jsonl", number));
    }

    Path marks() {
        return directory.resolve("marks.json");
    }

    /** Numbers of those that exist, ascending. */
    List<Long> numbers() throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path each : entries.toList()) {
                Matcher name = NAME.matcher(each.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Long.parseLong(name.group(1)));
                }
            }
        }
        numbers.sort(null);
        return numbers;
    }

    /** Makes new and deleted names last. */
    void syncNames() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    /** Deletes the oldest, but never {@code active}: those last written before a time, and what is over a size. */
    int retain(long active, long mostBytes, long oldestMillis) throws IOException {
        List<Long> numbers = numbers();
        long bytes = 0;
        for (long number : numbers) {
            bytes += size(number);
        }
        int deleted = 0;
        for (long number : numbers) {
            if (number >= active) {
                break;
            }
            Path file = file(number);
            if (bytes <= mostBytes && Files.getLastModifiedTime(file).toMillis() >= oldestMillis) {
                break;
            }
            bytes -= size(number);
            Files.deleteIfExists(file);
            LOG.info("{} is over its retention: deleted", file.getFileName());
            deleted++;
        }
        return deleted;
    }

    private long size(long number) throws IOException {
        try {
            return Files.size(file(number));
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
