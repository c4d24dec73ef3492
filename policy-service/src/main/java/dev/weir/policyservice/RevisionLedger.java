package dev.weir.policyservice;

import dev.weir.contracts.SequencePair;
import dev.weir.policy.SignedRevision;
import dev.weir.runtime.files.DurableFile;
import dev.weir.runtime.files.PrivateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The revisions made so far, on disk: the last few whole, and the number that the sequence has reached. A number is
 * synced before anybody can hear of it, so it is never given twice. Blocks; for one thread.
 */
final class RevisionLedger {
    private static final int KEPT = 10;
    private static final String SEQUENCE = "sequence";
    private static final Pattern SEQUENCE_TEXT = Pattern.compile("([0-9a-f]{1,16}) ([1-9][0-9]{0,17})\n");
    private static final Pattern REVISION_NAME = Pattern.compile("[0-9a-f]{16}-[0-9]{18}\\.revision");

    private final Path directory;
    private final KeyPair keys;
    private SequencePair reached;

    private RevisionLedger(Path directory, KeyPair keys, SequencePair reached) {
        this.directory = directory;
        this.keys = keys;
        this.reached = reached;
    }

    /**
     * Opens the ledger, or begins it.
     *
     * @param freshEpoch the epoch to begin with if there is no sequence yet, or none that can be read; random, not 0
     */
    static RevisionLedger open(Path directory, KeyPair keys, long freshEpoch) throws IOException {
        Path made = PrivateDirectory.make(directory);
        return new RevisionLedger(
                made, keys, readSequence(made.resolve(SEQUENCE)).orElse(new SequencePair(freshEpoch, 0)));
    }

    private static Optional<SequencePair> readSequence(Path file) throws IOException {
        try {
            Matcher text = SEQUENCE_TEXT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return text.matches()
                    ? Optional.of(
                            new SequencePair(Long.parseUnsignedLong(text.group(1), 16), Long.parseLong(text.group(2))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The last number given. */
    SequencePair reached() {
        return reached;
    }

    /** The newest revision that is whole, signed by the key, and of this sequence. */
    Optional<SignedRevision> newest() throws IOException {
        for (Path file : newestFirst()) {
            SignedRevision.Verification verification =
                    SignedRevision.verify(Files.readAllBytes(file), keys.getPublic());
            if (verification instanceof SignedRevision.Verified verified
                    && reached.covers(new SequencePair(
                            verified.revision().epoch(), verified.revision().number()))) {
                return Optional.of(verified.revision());
            }
        }
        return Optional.empty();
    }

    /** Signs this content under the next number. When this returns, both are on the disk. */
    SignedRevision append(byte[] content, Instant now) throws IOException {
        SequencePair next = reached.next();
        SignedRevision revision = SignedRevision.sign(next.epoch(), next.number(), now, content, keys.getPrivate());
        DurableFile.write(
                directory.resolve(SEQUENCE),
                (Long.toHexString(next.epoch()) + " " + next.number() + "\n").getBytes(StandardCharsets.ISO_8859_1));
        reached = next;
        DurableFile.write(
                directory.resolve(String.format(Locale.ROOT, "%016x-%018d.revision", next.epoch(), next.number())),
                revision.toBytes());
        for (Path old : newestFirst().stream().skip(KEPT).toList()) {
            Files.deleteIfExists(old);
        }
        return revision;
    }

    /** This epoch's revisions, highest number first, then those of other epochs. */
    private List<Path> newestFirst() throws IOException {
        String epoch = String.format(Locale.ROOT, "%016x-", reached.epoch());
        Comparator<String> order = Comparator.comparing((String name) -> name.startsWith(epoch))
                .thenComparing(name -> name.substring(epoch.length()));
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> REVISION_NAME.matcher(name).matches())
                    .sorted(order.reversed())
                    .map(directory::resolve)
                    .toList();
        }
    }
}
