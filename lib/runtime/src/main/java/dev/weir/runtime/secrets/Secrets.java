package dev.weir.runtime.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.HexFormat;

/**
 * The directory that {@code weir init} fills: {@code admin-token}, the Ed25519 pairs {@code revision.key/.pub} and
 * {@code checkpoint.key/.pub}, {@code pseudonym.key}, and {@code bus/} with the bus's own authority and certificate.
 * Reading is blocking and happens at start. Nothing of it is kept here.
 */
public final class Secrets {
    static final String ADMIN_TOKEN = "admin-token";
    static final String REVISION = "revision";
    static final String CHECKPOINT = "checkpoint";
    static final String PSEUDONYM_KEY = "pseudonym.key";
    static final String BUS = "bus";

    private final Path directory;

    /** Of a directory, which need not be filled yet. */
    public Secrets(Path directory) {
        this.directory = directory;
    }

    /** The directory. */
    public Path directory() {
        return directory;
    }

    /** Whether everything is there. */
    public boolean isComplete() {
        return SecretsMaker.FILES.stream().allMatch(file -> Files.isReadable(directory.resolve(file)));
    }

    /** The token that changes over the admin port need. */
    public String adminToken() {
        return text(ADMIN_TOKEN).strip();
    }

    /** Signs revisions of the policy. */
    public PrivateKey revisionKey() {
        return KeyFiles.privateKey(text(REVISION + ".key"));
    }

    /** Checks revisions of the policy. */
    public PublicKey revisionPublicKey() {
        return KeyFiles.publicKey(text(REVISION + ".pub"));
    }

    /** Signs checkpoints of the log. */
    public PrivateKey checkpointKey() {
        return KeyFiles.privateKey(text(CHECKPOINT + ".key"));
    }

    /** Checks checkpoints of the log. */
    public PublicKey checkpointPublicKey() {
        return KeyFiles.publicKey(text(CHECKPOINT + ".pub"));
    }

    /** 32 bytes from which each day's key for pseudonyms is derived. */
    public byte[] pseudonymKey() {
        return HexFormat.of().parseHex(text(PSEUDONYM_KEY).strip());
    }

    private String text(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory.resolve(file), e);
        }
    }
}
