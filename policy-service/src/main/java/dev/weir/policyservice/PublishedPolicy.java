package dev.weir.policyservice;

import dev.weir.runtime.files.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A policy that was published by hand, on disk. It stands before what is configured until that is changed. The first
 * line holds the fingerprint of what was configured then; the policy's text follows. Blocks; for one thread.
 */
final class PublishedPolicy {
    private static final Pattern FIRST_LINE = Pattern.compile("# over [0-9a-f]*");
    private static final int LONGEST = 5 * 1024 * 1024;

    private final Path file;

    PublishedPolicy(Path file) {
        this.file = file;
    }

    /** What was published, and the fingerprint of what it stands before. */
    record Entry(String over, String text) {}

    /** What is published now, if anything is. */
    Optional<Entry> read() throws IOException {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IOException(file + ": " + Files.size(file) + " bytes (expected: at most " + LONGEST + ")");
            }
            String whole = Files.readString(file);
            int end = whole.indexOf('\n');
            String first = end < 0 ? "" : whole.substring(0, end);
            return FIRST_LINE.matcher(first).matches()
                    ? Optional.of(new Entry(first.substring("# over ".length()), whole.substring(end + 1)))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Keeps a text, synced. */
    void write(Entry entry) throws IOException {
        DurableFile.write(file, ("# over " + entry.over() + "\n" + entry.text()).getBytes(StandardCharsets.UTF_8));
    }

    /** Forgets it. */
    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
