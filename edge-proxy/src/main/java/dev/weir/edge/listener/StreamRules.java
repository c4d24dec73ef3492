package dev.weir.edge.listener;

import dev.weir.edge.listener.RecentStreams.End;
import dev.weir.http.FieldLimits;
import dev.weir.http.RefusalReason;
import dev.weir.http.RequestCheck;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Optional;

/**
 * What a client may send on the streams of an HTTP/2 connection: which block may stand where and be what (RFC 9113 §5.1,
 * §8.1), and how much content. Lives on a single event loop.
 */
final class StreamRules {
    private static final BlockFinding STRAY = new BlockFinding.Stray();

    private final FieldLimits limits;
    private final RecentStreams recent = new RecentStreams();
    private int lastStream;

    StreamRules(FieldLimits limits) {
        this.limits = limits;
    }

    /** What {@code block} is, which the codec hasn't seen the end of. */
    BlockFinding of(BlockReader.Block block, Http2Codec codec) {
        int id = block.stream();
        Http2Stream stream = codec.stream(id);
        BlockFinding finding;
        if (stream == null && id > lastStream) {
            lastStream = id;
            recent.opened(id);
            finding = head(block);
            if (finding instanceof BlockFinding.Malformed) {
                codec.open(id);
            }
        } else if (stream == null) {
            return late(id);
        } else if (!stream.state().remoteSideOpen()) {
            return new BlockFinding.Misplaced(
                    Http2Exception.streamError(id, Http2Error.STREAM_CLOSED, "HEADERS behind END_STREAM"));
        } else {
            Http2Request request = codec.request(stream);
            finding = request == null ? STRAY : trailers(request, block);
        }
        if (block.endStream()) {
            recent.ended(id);
        }
        return finding;
    }

    /** A block was too large to be read: what it opened, if anything, the codec answers and resets. */
    void unread(int id) {
        if (id > lastStream) {
            lastStream = id;
            recent.opened(id);
        }
    }

    private BlockFinding head(BlockReader.Block block) {
        RequestCheck check = RequestCheck.http2(block.fields(), block.endStream(), limits);
        return check instanceof RequestCheck.Refused refused
                ? new BlockFinding.Malformed(refused.reason(), block.fields())
                : new BlockFinding.Head(((RequestCheck.Accepted) check).request());
    }

    private BlockFinding trailers(Http2Request request, BlockReader.Block block) {
        // On the stream of a CONNECT nothing but DATA may come (RFC 9113 §8.5).
        Optional<RefusalReason> wrong = block.endStream() && !request.isConnect()
                ? RequestCheck.http2Trailers(block.fields(), limits)
                : Optional.of(RefusalReason.TRAILER);
        if (wrong.isEmpty() && !request.content(0, true)) {
            wrong = Optional.of(RefusalReason.CONTENT);
        }
        return wrong.isPresent()
                ? new BlockFinding.Malformed(wrong.get(), block.fields())
                : new BlockFinding.Trailers(block.fields());
    }

    /** A field block on a stream that isn't open any more, or was left out. */
    private BlockFinding late(int id) {
        End end = recent.endOf(id);
        if (end != End.ENDED && end != End.SKIPPED) {
            return STRAY;
        }
        Http2Error error = end == End.ENDED ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
        return new BlockFinding.Misplaced(
                Http2Exception.connectionError(error, "HEADERS on stream %d, which is closed", id));
    }

    /** The client resets a stream. */
    void left(int id) {
        recent.left(id);
    }

    /** Whether a stream was reset from here, so that more may have been on its way (RFC 9113 §5.1). */
    boolean isReset(int id, Http2Codec codec) {
        return codec.stream(id) == null && id <= lastStream && recent.endOf(id) == End.RESET;
    }

    /** Whether the content of a stream can still be as long as was announced, with these octets more. */
    boolean takes(int id, int octets, boolean last, Http2Codec codec) {
        Http2Stream stream = codec.stream(id);
        Http2Request request = codec.request(stream);
        if (request == null || stream == null || !stream.state().remoteSideOpen()) {
            return true;
        }
        if (last) {
            recent.ended(id);
        }
        return request.content(octets, last);
    }
}
