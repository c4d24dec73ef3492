package dev.weir.runtime.channel;

import dev.weir.runtime.channel.ChannelClient.Place;
import dev.weir.settings.HostPort;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream as its reader sees it. Frames come until it is closed by the reader, or lost; one of the two always comes.
 * Lives on the event loop of who asked.
 */
public final class Incoming {
    /** For a look at the socket. */
    private static final long LOOK_MILLIS = 1;

    /** What a reader hears; nothing more once it has closed the stream. */
    public interface Reader {
        /** The next frame, beats excepted. */
        void frame(FrameKind kind, Buffer content);

        /** Nothing more comes. */
        void lost(Loss why);
    }

    private final BodyChannel.Parts parts;
    private final Context context;
    private final Reader reader;
    private final FrameReader frames = new FrameReader(this::take);
    private final Silence silence;
    private @Nullable Place place;
    private @Nullable HttpClientRequest request;
    private @Nullable HttpClientResponse response;
    private long timer = -1;
    private boolean paused;
    private boolean ended;
    private boolean peerFailed;
    private boolean over;

    Incoming(BodyChannel.Parts parts, Context context, Reader reader) {
        this.parts = parts;
        this.context = context;
        this.reader = reader;
        this.silence = new Silence(now());
    }

    /** Nothing is taken from the peer until {@link #resume}, but for what has come already. */
    public void pause() {
        HttpClientResponse from = response;
        if (!paused && !over) {
            paused = true;
            if (from != null) {
                from.pause();
            }
        }
    }

    /** Takes more. */
    public void resume() {
        HttpClientResponse from = response;
        if (paused && !over) {
            paused = false;
            silence.heard(now());
            if (from != null) {
                from.resume();
                watch();
            }
        }
    }

    /** The reader wants nothing more. */
    public void close() {
        if (!over) {
            end(false);
        }
    }

    // Of the channel.

    /** @param peer empty if what was given is no address */
    void open(Optional<HostPort> peer, String path) {
        parts.meters().read.incrementAndGet();
        if (peer.isEmpty()) {
            context.runOnContext(here -> lose(Loss.UNREACHABLE));
            return;
        }
        timer = parts.vertx().setTimer(parts.openWithin().toMillis(), late -> {
            timer = -1;
            lose(Loss.UNREACHABLE);
        });
        parts.context().runOnContext(there -> {
            Place taken = parts.client().take(peer.get());
            if (taken == null) {
                context.runOnContext(here -> lose(Loss.BUSY));
                return;
            }
            context.runOnContext(here -> {
                place = taken;
                if (over) {
                    giveBack(taken);
                }
            });
            // A peer that can't be connected to is known for it already.
            taken.connection()
                    .onComplete(made -> context.runOnContext(here -> {
                        if (over) {
                            return;
                        }
                        if (made.succeeded()) {
                            ask(made.result(), path);
                        } else {
                            lose(Loss.UNREACHABLE, false);
                        }
                    }));
        });
    }

    private void ask(HttpClientConnection on, String path) {
        on.request(new RequestOptions().setMethod(HttpMethod.GET).setURI(path))
                .onSuccess(this::send)
                .onFailure(failure -> lose(Loss.CUT));
    }

    private void send(HttpClientRequest made) {
        request = made;
        if (over) {
            reset(made);
            return;
        }
        made.exceptionHandler(this::failed);
        made.response().onSuccess(this::answered).onFailure(this::failed);
        made.end().onFailure(this::failed);
    }

    private void answered(HttpClientResponse answer) {
        if (over) {
            return;
        }
        if (answer.statusCode() != 200) {
            lose(answer.statusCode() == 404 ? Loss.UNKNOWN : Loss.CUT);
            return;
        }
        response = answer;
        silence.heard(now());
        answer.exceptionHandler(this::failed);
        answer.endHandler(end -> lose(frames.isBetweenFrames() ? Loss.CUT : Loss.MALFORMED));
        answer.handler(this::octets);
        if (paused) {
            answer.pause();
        }
        watch();
    }

    private void octets(Buffer octets) {
        if (!over) {
            silence.heard(now());
            parts.meters().receivedOctets.add(octets.length());
            if (!frames.read(octets)) {
                lose(Loss.MALFORMED);
            }
        }
    }

    private boolean take(FrameKind kind, Buffer content) {
        if (kind != FrameKind.BEAT) {
            ended = kind.isLast();
            reader.frame(kind, content);
        }
        return !over;
    }

    private void failed(Throwable failure) {
        lose(Loss.CUT, !(failure instanceof StreamResetException));
    }

    /** Looks when the silence would have lasted for too long. */
    private void watch() {
        cancel();
        if (!over && !paused) {
            long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(silence.left(now())) + 1);
            timer = parts.vertx().setTimer(left, due -> {
                timer = -1;
                if (silence.left(now()) > 0) {
                    watch();
                } else {
                    lookAtSocket();
                }
            });
        }
    }

    /** What came while this loop or the socket's was late lies there still: both have a look before it is judged. */
    private void lookAtSocket() {
        parts.context()
                .runOnContext(
                        there -> parts.vertx().setTimer(LOOK_MILLIS, seen -> context.runOnContext(here -> judge())));
    }

    private void judge() {
        if (over || paused) {
            return;
        }
        if (silence.left(now()) > 0) {
            watch();
        } else {
            lose(Loss.SILENT);
        }
    }

    private void lose(Loss why) {
        lose(why, why == Loss.SILENT || why == Loss.UNREACHABLE);
    }

    /** @param failed whether the peer is of no use for now, whoever asks */
    private void lose(Loss why, boolean failed) {
        if (!over) {
            end(failed);
            parts.meters().lost(why);
            reader.lost(why);
        }
    }

    private void end(boolean failed) {
        over = true;
        cancel();
        parts.meters().read.decrementAndGet();
        peerFailed = failed;
        HttpClientRequest asked = request;
        if (asked != null && !ended) {
            reset(asked);
        } else if (response != null && paused) {
            response.resume();
        }
        Place held = place;
        if (held != null) {
            giveBack(held);
        }
    }

    private void giveBack(Place held) {
        place = null;
        boolean failed = peerFailed;
        parts.context().runOnContext(there -> held.giveBack(failed));
    }

    private long now() {
        return parts.nanos().getAsLong();
    }

    private void cancel() {
        if (timer >= 0) {
            parts.vertx().cancelTimer(timer);
            timer = -1;
        }
    }

    private static void reset(HttpClientRequest asked) {
        // Where it has ended already there is nothing to reset.
        asked.reset().onFailure(ended -> {});
    }
}
