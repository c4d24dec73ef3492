package dev.weir.edge.pipeline;

import dev.weir.edge.upstream.OriginAnswer;
import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;

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
         * All of it, in memory.
         *
         * @param content the octets
         * @param released called once, when the octets are no longer needed
         */
        record Whole(Buffer content, Runnable released) implements Body {
            private static final Buffer NOTHING = Buffer.buffer();

            /** Nothing of it, but what it holds is still to be given back. */
            Whole withoutContent() {
                return new Whole(NOTHING, released);
            }

            @Override
            public void discard() {
                released.run();
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
