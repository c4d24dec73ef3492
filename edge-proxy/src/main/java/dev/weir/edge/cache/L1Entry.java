package dev.weir.edge.cache;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheDirectives;
import dev.weir.http.caching.Freshness;
import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.StoredHead;
import dev.weir.http.caching.Vary;
import io.netty.buffer.ByteBuf;
import java.time.Instant;

/**
 * A stored response handed out to one request, which holds its body until it calls {@link #release}. What the request
 * writes comes from {@link #takeBody} and lives on its own. Confined to the event loop it was handed out on.
 */
public final class L1Entry {
    private final StoredResponse response;
    private final boolean unverified;
    private boolean released;

    /**
     * Takes over one hold on the body.
     *
     * @param unverified whether it must be confirmed before any use
     */
    L1Entry(StoredResponse response, boolean unverified) {
        this.response = response;
        this.unverified = unverified;
    }

    /** Status, fields and times, as they are stored. */
    public StoredHead head() {
        return response.head;
    }

    /** How long it is fresh; computed when it was stored. */
    public Freshness freshness() {
        return response.freshness;
    }

    /** What it varies by. */
    public Vary vary() {
        return response.vary;
    }

    /** The trailer fields that came behind the body. */
    public HeaderFields trailers() {
        return response.trailers;
    }

    /** The length of the body, in bytes, be they held or not. */
    public long bodyLength() {
        return response.body.length();
    }

    /** Whether all of the body is held. */
    public boolean isWhole() {
        return response.body.isWhole();
    }

    /** Which octets of how many are held; empty if all are. */
    public String octets() {
        return response.octets();
    }

    /**
     * Whether nothing is missing that an answer to a request would have of it.
     *
     * @param with the head that it would be answered with
     */
    public boolean answers(String method, HeaderFields request, StoredHead with, Instant now) {
        return response.answers(method, request, with, now);
    }

    /** The value of Content-Length, made once. */
    public String contentLength() {
        return response.contentLength;
    }

    /** Whether it is stale whatever its age: softly purged, or this edge is cut off from purges. */
    public boolean stale() {
        return unverified || response.isStale();
    }

    /** What may be done with it for a request with these directives. */
    public Reuse reuse(CacheDirectives request, Instant now) {
        return Reuse.of(request, response.freshness, unverified ? Instant.MIN : response.staleSince(), now);
    }

    /**
     * The whole body as a buffer of its own in direct memory: the caller releases it, before or after this entry. (Vert.x
     * doesn't release what it writes.)
     *
     * @throws IllegalStateException after {@link #release}
     */
    public ByteBuf takeBody() {
        return takeBody(0, Math.toIntExact(bodyLength()));
    }

    /** The same of a part of it. */
    public ByteBuf takeBody(long first, int octets) {
        if (released) {
            throw new IllegalStateException("entry: released (expected: still held)");
        }
        return response.body.take(first, octets);
    }

    /** How many octets of the body lie in one piece of memory from {@code first} on. */
    public int contiguous(long first) {
        return response.body.contiguous(first);
    }

    /** Ends the hold on the body. Calling it again does nothing. */
    public void release() {
        if (!released) {
            released = true;
            response.body.release();
        }
    }

    StoredResponse response() {
        return response;
    }
}
