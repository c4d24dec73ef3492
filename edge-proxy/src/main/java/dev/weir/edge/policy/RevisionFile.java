package dev.weir.edge.policy;

import dev.weir.policy.SignedRevision;
import dev.weir.runtime.files.DurableFile;
import dev.weir.runtime.files.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revision on this edge's disk; the time of the file is when policy-service was last heard to confirm it. What lies
 * there is believed as little as what comes over the bus. Blocks.
 */
final class RevisionFile {
    private static final Logger LOG = LoggerFactory.getLogger(RevisionFile.class);

    private final Path file;
    private final PublicKey key;

    RevisionFile(Path file, PublicKey key) {
        this.file = file;
        this.key = key;
    }

    /** A revision and when it was last confirmed. */
    record Kept(ActiveRevision revision, Instant confirmedAt) {}

    /** The revision on the disk; empty if there is none that can be used. */
    Optional<Kept> load() {
        try {
            if (Files.size(file) > SignedRevision.MOST_BYTES) {
                LOG.warn("The revision on the disk is not used: {} bytes", Files.size(file));
                return Optional.empty();
            }
            Instant confirmedAt = Files.getLastModifiedTime(file).toInstant();
            return usable(Files.readAllBytes(file)).map(revision -> new Kept(revision, confirmedAt));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("The revision on the disk can't be read", e);
            return Optional.empty();
        }
    }

    /** The revision that these bytes are, if they are signed and understood. */
    Optional<ActiveRevision> usable(byte[] bytes) {
        SignedRevision.Verification verification = SignedRevision.verify(bytes, key);
        if (verification instanceof SignedRevision.Verified verified) {
            Optional<ActiveRevision> revision = ActiveRevision.of(verified.revision());
            if (revision.isEmpty()) {
                LOG.warn("A revision is signed but not understood: it may be of a newer version");
            }
            return revision;
        }
        LOG.warn("A revision is refused: {}", ((SignedRevision.Refused) verification).reason());
        return Optional.empty();
    }

    /** Keeps a revision, whole or not at all. */
    void save(byte[] bytes) throws IOException {
        DurableFile.write(PrivateDirectory.make(directory()).resolve(file.getFileName()), bytes);
    }

    /** Notes when the revision was last confirmed. */
    void confirm(Instant at) throws IOException {
        Path confirmed = Files.setLastModifiedTime(file, FileTime.from(at));
        if (!confirmed.equals(file)) {
            throw new IOException(confirmed + " (expected: " + file + ")");
        }
    }

    private Path directory() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
