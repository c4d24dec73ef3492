package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.StoredHead;
import dev.weir.runtime.config.WhenCutOff;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that aren't stored, read at different speeds: how far apart, who waits for whom, and who is let go. */
class PacedBodyTest extends CacheUnderTest {
    private static final int MIB = 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    /** Bodies being taken down may hold a quarter of it, a quarter of which is one body's share. */
    private static final int MEMORY = 32 * MIB;

    private static final int SHARE = 2 * MIB;

    private final Context context = vertx.getOrCreateContext();
    private final EdgeCache paced = make(WhenCutOff.SERVE, MEMORY, MEMORY);

    @AfterEach
    void leaves() {
        onLoop(() -> {
            seats.forEach(Seat::leave);
            return 0;
        });
        paced.close();
        until(() -> paced.recordingBytes() == 0 && paced.bodyBytes() == 0);
    }

    @Test
    void whoHoldsUpNobodyStaysWhileWhoDoesIsLetGo() {
        onLoop(() -> {
            Seat fast = seat("/a");
            Seat middling = seat("/a");
            Seat dead = seat("/a");
            Recording recording = begin("/a", fast);
            while (recording.isActive()) {
                append(recording, PIECE);
                read(fast, fast.available());
                read(middling, middling.available() - MIB);
            }
            assertThat(recording.isFull()).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(dead.isLetGo()).isFalse();
                now = now.plusMillis(400);
                fast.skip(0);
            }
            assertThat(dead.isLetGo()).isTrue();
            assertThat(middling.isLetGo()).isFalse();
            dead.leave();
            for (int i = 0; i < 64; i++) {
                assertThat(recording.isFull()).isFalse();
                append(recording, PIECE);
                read(fast, fast.available());
                read(middling, middling.available() - MIB);
                now = now.plusMillis(400);
            }
            recording.complete(HeaderFields.empty());
            assertThat(middling.isLetGo()).isFalse();
            assertThat(middling.isWhole()).isTrue();
            assertThat(middling.available()).isEqualTo(MIB);
            read(middling, MIB);
            assertThat(paced.counters().of(CacheCounter.FETCH_TOO_SLOW)).isEqualTo(1);
            return 0;
        });
    }

    @Test
    void memoryForSlowerReadersIsFoundWhenTheyAreSlower() {
        onLoop(() -> {
            Seat fast = seat("/a");
            Seat slower = seat("/a");
            Recording recording = begin("/a", fast);
            while (recording.isActive()) {
                append(recording, PIECE);
            }
            assertThat(recording.isFull()).isTrue();
            read(slower, slower.available() - MIB);
            read(fast, fast.available());
            assertThat(recording.isFull()).isFalse();
            return 0;
        });
    }

    @Test
    void readersOfOneBodyDoNotHoldTheMemoryOfOthers() {
        onLoop(() -> {
            Seat fast = seat("/a");
            Seat slow = seat("/a");
            Recording recording = begin("/a", fast);
            while (recording.isActive()) {
                append(recording, PIECE);
                read(fast, fast.available());
                read(slow, slow.available());
            }
            int more = 0;
            while (!recording.isFull()) {
                append(recording, PIECE);
                read(fast, fast.available());
                more += PIECE;
            }
            assertThat(more).isBetween(SHARE / 2, SHARE);
            assertThat(paced.recordingBytes()).isBetween((long) SHARE / 2, (long) SHARE + PIECE);
            Recording other = begin("/b", seat("/b"));
            append(other, 3 * MIB);
            assertThat(other.isActive()).isTrue();
            other.fail(new IOException("test"));
            return 0;
        });
    }

    @Test
    void afterTheEndNobodyKeepsFromOthersWhatTheyNeed() {
        Seat slow = onLoop(() -> {
            Seat fast = seat("/a");
            Seat second = seat("/a");
            Recording recording = begin("/a", fast);
            append(recording, 7 * MIB + MIB / 2);
            read(fast, fast.available());
            assertThat(recording.isActive()).isTrue();
            recording.fail(new IOException("test"));
            fast.leave();
            return second;
        });
        assertThat(slow.isLetGo()).isFalse();
        until(() -> {
            now = now.plusMillis(300);
            assertThat(isTakenDown("/b")).isFalse();
            return slow.isLetGo();
        });
        onLoop(() -> {
            slow.leave();
            return 0;
        });
        until(() -> paced.recordingBytes() == 0);
        assertThat(isTakenDown("/c")).isTrue();
    }

    @Test
    void afterTheEndWhatWasReadByAllIsGivenBack() {
        onLoop(() -> {
            Seat first = seat("/a");
            Seat second = seat("/a");
            Recording recording = begin("/a", first);
            append(recording, 3 * MIB);
            recording.fail(new IOException("test"));
            assertThat(paced.recordingBytes()).isGreaterThanOrEqualTo(3L * MIB);
            read(first, 3 * MIB);
            read(second, 2 * MIB);
            assertThat(paced.recordingBytes()).isBetween((long) MIB, (long) MIB + PIECE);
            return 0;
        });
    }

    /** Whether there is memory for a MiB. */
    private boolean isTakenDown(String path) {
        return onLoop(() -> {
            Seat leader = paced.alone(key(path), context);
            Recording recording = begin(path, leader);
            append(recording, MIB);
            boolean active = recording.isActive();
            recording.fail(new IOException("test"));
            leader.leave();
            return active;
        });
    }

    private static CacheKey key(String path) {
        return new CacheKey("zone", "http", "site", path, "");
    }

    private Seat seat(String path) {
        Seat seat = paced.enter(key(path), "", context);
        seats.add(seat);
        return seat;
    }

    private Recording begin(String path, Seat leader) {
        StoredHead head = new StoredHead(200, HeaderFields.of("Cache-Control", "max-age=60"), now, now);
        return paced.begin(key(path), HeaderFields.empty(), head, paced.beginFill(), leader);
    }

    private static void append(Recording recording, int octets) {
        recording.append(Buffer.buffer(new byte[octets]));
    }

    private static void read(Seat seat, long octets) {
        long left = octets;
        while (left > 0) {
            int next = (int) Math.min(left, seat.contiguous());
            seat.take(next).release();
            left -= next;
        }
    }

    /** Does this on the event loop of all that fetch and read. */
    @CanIgnoreReturnValue
    private <T> T onLoop(Callable<T> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(go -> {
            try {
                done.complete(step.call());
            } catch (Exception | AssertionError e) {
                done.fail(e);
            }
        });
        return done.future()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
