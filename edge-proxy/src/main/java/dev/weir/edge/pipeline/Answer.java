package dev.weir.edge.pipeline;

import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.http.HeaderFields;
import dev.weir.http.MultipartRanges;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.function.Function;

/**
 * The response on its way to the client.
 *
 * @param status its status
 * @param fields its fields, framing not included
 * @param body its content
 */
record Answer(int status, HeaderFields fields, Body body) {

    /** This answer with other fields. */
    Answer withFields(HeaderFields other) {
        return new Answer(status, other, body);
    }

    /** This answer without its content, which is given back. */
    Answer withoutContent() {
        body.discard();
        return new Answer(status, fields, Body.NONE);
    }

    /** The content of an answer. Whoever doesn't send it on must {@link #discard} it. */
    sealed interface Body {
        /** No content. */
        Body NONE = new None();

        /** Gives back what it holds. */
        void discard();

        /** No content. */
        record None() implements Body {
            @Override
            public void discard() {}
        }

        /**
         * Several parts of what is stored.
         *
         * @param whole of which they are parts
         * @param ranges what stands between them
         */
        record Multipart(Stored whole, MultipartRanges ranges) implements Body {
            @Override
            public void discard() {
                whole.discard();
            }
        }

        /** All of it, made here. */
        record Whole(Buffer content) implements Body {
            @Override
            public void discard() {}
        }

        /**
         * What is stored, or a part of it; its octets are taken only when they are sent.
         *
         * @param entry held until the body is sent or discarded
         * @param first octet of it
         * @param length in octets
         */
        record Stored(L1Entry entry, long first, long length) implements Body {
            /** All of {@code entry}, whose hold passes to the answer. */
            static Stored all(L1Entry entry) {
                return new Stored(entry, 0, entry.bodyLength());
            }

            /** A part of it, counted from its own beginning. */
            Stored part(long from, long octets) {
                return new Stored(entry, first + from, octets);
            }

            /** Hands the octets, at most 2 GiB, to {@code writer}, and holds them until they have left or can't. */
            Future<Void> write(Function<Buffer, Future<Void>> writer) {
                // What Vert.x writes it doesn't release.
                ByteBuf octets = entry.takeBody(first, Math.toIntExact(length));
                return writer.apply(BufferInternal.buffer(octets)).onComplete(written -> octets.release());
            }

            /** How many octets from {@code from} on lie in one piece of memory. */
            int contiguous(long from) {
                return (int) Math.min(entry.contiguous(first + from), length - from);
            }

            @Override
            public void discard() {
                entry.release();
            }
        }

        /** What a fetch brings, for all who share it, as it comes; the seat is left when the body is sent or discarded. */
        record Followed(Seat seat) implements Body {
            /** Hands the next octets to {@code writer}, and holds them until they have left or can't. */
            Future<Void> write(int octets, Function<Buffer, Future<Void>> writer) {
                ByteBuf taken = seat.take(octets);
                return writer.apply(BufferInternal.buffer(taken)).onComplete(written -> taken.release());
            }

            @Override
            public void discard() {
                seat.leave();
            }
        }

        /** What an origin sends, as it comes. */
        record Streamed(OriginAnswer origin) implements Body {
            @Override
            public void discard() {
                origin.abort();
            }
        }
    }
}
