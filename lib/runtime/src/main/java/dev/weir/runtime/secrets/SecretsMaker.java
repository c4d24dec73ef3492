package dev.weir.runtime.secrets;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * {@code weir init}: makes what is missing of {@link Secrets} and never overwrites. Directories get mode 0700, files
 * 0600. Several may run at once on one directory; one makes, the others find.
 */
public final class SecretsMaker {
    /** Every file, below the directory. */
    static final List<String> FILES = List.of(
            Secrets.ADMIN_TOKEN,
            Secrets.REVISION + ".pub",
            Secrets.REVISION + ".key",
            Secrets.CHECKPOINT + ".pub",
            Secrets.CHECKPOINT + ".key",
            Secrets.PSEUDONYM_KEY,
            BusCertificates.CA,
            BusCertificates.CA_KEY,
            BusCertificates.NODE,
            BusCertificates.NODE_KEY);

    private final Path directory;
    private final SecureRandom random;
    private final Instant now;
    private final List<String> made = new ArrayList<>();

    private SecretsMaker(Path directory, SecureRandom random, Instant now) {
        this.directory = directory;
        this.random = random;
        this.now = now;
    }

    /**
     * Makes what is missing.
     *
     * @return the names of the files that were made; empty if all were there
     * @throws IOException if the directory cannot be written
     */
    public static List<String> fill(Path directory, SecureRandom random, Instant now) throws IOException {
        makeDirectory(directory);
        try (FileChannel channel = FileChannel.open(
                        directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            return lock.isValid() ? new SecretsMaker(directory, random, now).fill() : List.of();
        }
    }

    private List<String> fill() throws IOException {
        makeDirectory(directory.resolve(Secrets.BUS));
        byte[] bytes = new byte[32];
        if (isMissing(Secrets.ADMIN_TOKEN)) {
            random.nextBytes(bytes);
            write(Secrets.ADMIN_TOKEN, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
        }
        if (isMissing(Secrets.PSEUDONYM_KEY)) {
            random.nextBytes(bytes);
            write(Secrets.PSEUDONYM_KEY, HexFormat.of().formatHex(bytes) + "\n");
        }
        signingPair(Secrets.REVISION);
        signingPair(Secrets.CHECKPOINT);
        try {
            certificates();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make the bus's certificates", e);
        }
        return List.copyOf(made);
    }

    /** The private half is written last: while it is missing, the pair counts as missing. */
    private void signingPair(String name) throws IOException {
        if (isMissing(name + ".key")) {
            try {
                KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                write(name + ".pub", KeyFiles.pem(pair.getPublic()));
                write(name + ".key", KeyFiles.pem(pair.getPrivate()));
            } catch (GeneralSecurityException e) {
                throw new IOException("cannot make an Ed25519 key", e);
            }
        }
    }

    private void certificates() throws IOException, GeneralSecurityException {
        if (isMissing(BusCertificates.NODE) || isMissing(BusCertificates.NODE_KEY)) {
            BusCertificates.Authority authority;
            if (isMissing(BusCertificates.CA_KEY) || isMissing(BusCertificates.CA)) {
                authority = BusCertificates.authority(random, now);
                write(BusCertificates.CA, authority.certificatePem());
                write(BusCertificates.CA_KEY, authority.keyPem());
            } else {
                authority = BusCertificates.read(
                        Files.readString(directory.resolve(BusCertificates.CA)),
                        Files.readString(directory.resolve(BusCertificates.CA_KEY)));
            }
            BusCertificates.Issued node = authority.issue("weir-node", random, now);
            write(BusCertificates.NODE, node.certificatePem());
            write(BusCertificates.NODE_KEY, node.keyPem());
        }
    }

    private boolean isMissing(String file) {
        return !Files.exists(directory.resolve(file));
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        made.add(name);
    }

    private static void makeDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }
}
