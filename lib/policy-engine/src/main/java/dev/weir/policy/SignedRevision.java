package dev.weir.policy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A revision as it travels and lies on disk. The bytes, numbers in network order: the magic {@code WEIRPREV}, the
 * format version (2 octets), epoch (8), number (8), the time of making in milliseconds (8), the length of the content
 * (4), SHA-256 of the content (32), the content, and an Ed25519 signature (64) over all before it.
 */
public final class SignedRevision {
    /** The largest revision. */
    public static final int MOST_BYTES = 128 * 1024 * 1024;

    private static final byte[] MAGIC = "WEIRPREV".getBytes(StandardCharsets.US_ASCII);
    private static final short FORMAT = 1;
    private static final int HASH_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;
    private static final int HEAD_BYTES = MAGIC.length + 2 + 8 + 8 + 8 + 4 + HASH_BYTES;

    private final byte[] bytes;

    private SignedRevision(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Makes and signs a revision.
     *
     * @param key an Ed25519 key
     * @throws IllegalArgumentException if the content is too large or the key can't sign
     */
    public static SignedRevision sign(long epoch, long number, Instant createdAt, byte[] content, PrivateKey key) {
        if (content.length > MOST_BYTES - HEAD_BYTES - SIGNATURE_BYTES) {
            throw new IllegalArgumentException(
                    "content: " + content.length + " bytes (expected: less than " + MOST_BYTES + ")");
        }
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + content.length + SIGNATURE_BYTES);
        out.put(MAGIC).putShort(FORMAT).putLong(epoch).putLong(number).putLong(createdAt.toEpochMilli());
        out.putInt(content.length).put(sha256(content, 0, content.length)).put(content);
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(out.array(), 0, out.position());
            out.put(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key: can't sign (expected: an Ed25519 key)", e);
        }
        return new SignedRevision(out.array());
    }

    /** Checks bytes that came from elsewhere. Everything is checked before anything is believed. */
    public static Verification verify(byte[] bytes, PublicKey key) {
        if (bytes.length < HEAD_BYTES + SIGNATURE_BYTES || bytes.length > MOST_BYTES) {
            return new Refused("length: " + bytes.length + " bytes");
        }
        if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            return new Refused("not a revision");
        }
        ByteBuffer head = ByteBuffer.wrap(bytes, MAGIC.length, HEAD_BYTES - MAGIC.length);
        short format = head.getShort();
        if (format != FORMAT) {
            return new Refused("format: " + format + " (expected: " + FORMAT + ")");
        }
        SignedRevision revision = new SignedRevision(bytes.clone());
        if (revision.contentLength() != bytes.length - HEAD_BYTES - SIGNATURE_BYTES) {
            return new Refused("content length: " + revision.contentLength() + " in " + bytes.length + " bytes");
        }
        if (!revision.isSignedBy(key)) {
            return new Refused("the signature is not by the key that is trusted");
        }
        byte[] hash = sha256(bytes, HEAD_BYTES, revision.contentLength());
        if (!Arrays.equals(hash, 0, HASH_BYTES, bytes, HEAD_BYTES - HASH_BYTES, HEAD_BYTES)) {
            return new Refused("the content does not have its hash");
        }
        return new Verified(revision);
    }

    /** The epoch of the sequence. */
    public long epoch() {
        return ByteBuffer.wrap(bytes).getLong(MAGIC.length + 2);
    }

    /** The place in the sequence. */
    public long number() {
        return ByteBuffer.wrap(bytes).getLong(MAGIC.length + 10);
    }

    /** When it was made. */
    public Instant createdAt() {
        return Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong(MAGIC.length + 18));
    }

    /** SHA-256 of the content, lower-case hex: equal for equal policies, whatever their number. */
    public String contentHash() {
        return HexFormat.of().formatHex(bytes, HEAD_BYTES - HASH_BYTES, HEAD_BYTES);
    }

    /** The {@link #contentHash()} that a revision of this content has. */
    public static String contentHash(byte[] content) {
        return HexFormat.of().formatHex(sha256(content, 0, content.length));
    }

    /** SHA-256 of the whole revision, lower-case hex: its name when it is fetched. */
    public String hash() {
        return HexFormat.of().formatHex(sha256(bytes, 0, bytes.length));
    }

    /** The content, see {@link RevisionContent}. */
    public byte[] content() {
        return Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length - SIGNATURE_BYTES);
    }

    /** The whole revision. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    private int contentLength() {
        return ByteBuffer.wrap(bytes).getInt(MAGIC.length + 26);
    }

    private boolean isSignedBy(PublicKey key) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(bytes, 0, bytes.length - SIGNATURE_BYTES);
            return signature.verify(bytes, bytes.length - SIGNATURE_BYTES, SIGNATURE_BYTES);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] sha256(byte[] bytes, int offset, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, offset, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What came of checking a revision. */
    public sealed interface Verification {}

    /** It is whole and signed by the key. */
    public record Verified(SignedRevision revision) implements Verification {}

    /** It is not, and why. */
    public record Refused(String reason) implements Verification {}
}
