package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The content of a request on its way to the origin: nothing, or a paused stream that is asked for bytes only when the
 * origin takes them. The exchange owns the stream's handlers from the call until its body is sent or the exchange is
 * over.
 */
public final class RequestBody {
    private static final long UNKNOWN = -1;
    private static final RequestBody NONE = new RequestBody(null, 0, HeaderFields::empty);

    private final @Nullable ReadStream<Buffer> stream;
    private final long length;
    private final Supplier<HeaderFields> trailers;

    private RequestBody(@Nullable ReadStream<Buffer> stream, long length, Supplier<HeaderFields> trailers) {
        this.stream = stream;
        this.length = length;
        this.trailers = trailers;
    }

    /** No content. */
    public static RequestBody none() {
        return NONE;
    }

    /**
     * Content that comes from {@code stream}.
     *
     * @param stream paused, and without anything read from it
     * @param length the octets to come; without it the content is sent in chunks
     * @param trailers asked once, after the end of the stream; sent only behind chunks
     */
    public static RequestBody of(ReadStream<Buffer> stream, OptionalLong length, Supplier<HeaderFields> trailers) {
        return new RequestBody(stream, length.orElse(UNKNOWN), trailers);
    }

    /** Whether there is content to send. */
    public boolean isPresent() {
        return this != NONE;
    }

    ReadStream<Buffer> stream() {
        return Objects.requireNonNull(stream, "stream of no content");
    }

    boolean isChunked() {
        return length == UNKNOWN;
    }

    long length() {
        return length;
    }

    HeaderFields trailers() {
        return trailers.get();
    }
}
