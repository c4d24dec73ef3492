package dev.weir.runtime.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyChannelTest extends ChannelRig {
    @ParameterizedTest
    @ValueSource(strings = {"ours", ""})
    void bodiesComeWhole(String authority) throws Exception {
        BodyChannel a = peer(authority);
        BodyChannel b = peer(authority);
        a.serve("fetch", (name, stream) -> {
            stream.send(FrameKind.HEAD, Buffer.buffer("of " + name));
            stream.send(FrameKind.PIECE, Buffer.buffer("abc"));
            stream.send(FrameKind.END, Buffer.buffer("trailers"));
            stream.end();
        });
        floods(a, 3_000_000);
        Heard heard = ask(b, address(a), "/fetch/17");
        assertThat(heard.next()).isEqualTo("HEAD:of 17");
        assertThat(heard.next()).isEqualTo("END:trailers");
        assertThat(heard.pieces).hasToString("abc");
        Heard flooded = ask(b, address(a), "/flood/");
        assertThat(flooded.next()).isEqualTo("END:");
        assertIntact(flooded.pieces, 3_000_000);
        until("all streams are over", () -> streams(a) + streams(b) == 0);
        assertThat(heard.hasMore() || flooded.hasMore()).isFalse();
    }

    @Test
    void streamsOfAPeerShareAConnectionAndNoneWaitsForAnother() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        Relay relay = new Relay(vertx(), a.port());
        floods(a, 2_000_000);
        List<Heard> slow = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Heard heard = new Heard();
            slow.add(heard);
            from(b).runOnContext(here -> {
                Incoming stream = b.ask(relay.address(), "/flood/", heard);
                heard.stream = stream;
                stream.pause();
            });
        }
        until("all are there", () -> streams(b) == 10 && streams(a) == 10);
        Heard quick = ask(b, relay.address(), "/flood/");
        assertThat(quick.next()).isEqualTo("END:");
        assertIntact(quick.pieces, 2_000_000);
        assertThat(slow).noneMatch(Heard::hasMore);
        assertThat(relay.connections()).isEqualTo(1);
        for (Heard heard : slow) {
            from(b).runOnContext(here -> resume(heard));
        }
        for (Heard heard : slow) {
            assertThat(heard.next()).isEqualTo("END:");
            assertThat(heard.pieces.length()).isEqualTo(2_000_000);
        }
    }

    @Test
    void aReaderThatTakesNothingBoundsTheWriter() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        Flood[] flood = floods(a, 20_000_000);
        Heard heard = new Heard();
        Context reader = from(b);
        reader.runOnContext(here -> {
            Incoming stream = b.ask(address(a), "/flood/", heard);
            heard.stream = stream;
            stream.pause();
        });
        until("something is sent", () -> flood[0] != null && flood[0].sent.get() > 0);
        AtomicLong before = new AtomicLong(-1);
        until("no more is sent", () -> {
            LockSupport.parkNanos(100_000_000);
            return before.getAndSet(flood[0].sent.get()) == flood[0].sent.get();
        });
        assertThat(flood[0].sent.get()).isLessThan(1_000_000);
        // Silence isn't the peer's fault then.
        assertThat(heard.hasMore()).isFalse();
        reader.runOnContext(here -> resume(heard));
        assertThat(heard.next()).isEqualTo("END:");
        assertIntact(heard.pieces, 20_000_000);
    }

    @Test
    void beatsKeepAStreamThatHasNothingToSay() throws Exception {
        slower = 4;
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        a.serve("fetch", (name, stream) -> held.add(stream));
        Heard heard = ask(b, address(a), "/fetch/1");
        until("asked", () -> !held.isEmpty());
        long beats = 4;
        long octets = beats * FrameReader.HEADER;
        until("beats have come", () -> received(b) > octets * 2);
        assertThat(heard.hasMore()).isFalse();
        assertThat(lost(b, Loss.SILENT)).isZero();
    }

    @Test
    void aPeerThatFallsSilentIsLost() throws Exception {
        slower = 1;
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        Relay relay = new Relay(vertx(), a.port());
        a.serve("fetch", (name, stream) -> {
            stream.send(FrameKind.HEAD, Buffer.buffer());
            held.add(stream);
        });
        Heard heard = ask(b, relay.address(), "/fetch/1");
        assertThat(heard.next()).isEqualTo("HEAD:");
        long stopped = System.nanoTime();
        relay.stop();
        assertThat(heard.next()).isEqualTo("lost:SILENT");
        Duration after = Duration.ofNanos(System.nanoTime() - stopped);
        // Beats come each 100 ms: the last one may be so old.
        assertThat(after).isBetween(Duration.ofMillis(140), Duration.ofSeconds(5));
        // For a second nobody tries it, and then on a new connection.
        Heard again = ask(b, relay.address(), "/fetch/1");
        assertThat(again.next()).isEqualTo("lost:UNREACHABLE");
        assertThat(relay.connections()).isEqualTo(1);
        jumped.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(ask(b, relay.address(), "/fetch/1").next()).isEqualTo("HEAD:");
        assertThat(relay.connections()).isEqualTo(2);
    }

    @Test
    void aReaderThatWasLateItselfLosesNothing() throws Exception {
        slower = 2;
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        a.serve("fetch", (name, stream) -> held.add(stream));
        Context reader = from(b);
        Heard heard = ask(vertx -> reader, b, address(a), "/fetch/1");
        until("asked", () -> streams(a) == 1 && received(b) > 0);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 3; i++) {
            reader.runOnContext(here -> assertThat(stuckFor(never)).isFalse());
        }
        long before = received(b);
        until("it goes on", () -> received(b) > before + 10 * FrameReader.HEADER);
        assertThat(heard.hasMore()).isFalse();
    }

    private static boolean stuckFor(CountDownLatch latch) {
        try {
            return latch.await(400, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPeerThatTakesNothingAndDoesNotAnswerIsLeft() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        Relay relay = new Relay(vertx(), a.port());
        CountDownLatch gone = new CountDownLatch(1);
        Flood[] flood = new Flood[1];
        a.serve("flood", (name, stream) -> {
            flood[0] = new Flood(stream, 100_000_000);
            stream.whenRoom(flood[0]::goOn);
            stream.whenGone(gone::countDown);
            held.add(stream);
            flood[0].goOn();
        });
        Heard heard = new Heard();
        from(b).runOnContext(here -> {
            Incoming stream = b.ask(relay.address(), "/flood/", heard);
            heard.stream = stream;
            stream.pause();
        });
        until("something is sent", () -> flood[0] != null && flood[0].sent.get() > 0);
        // Paused and alive: that may last.
        for (int i = 0; i < 5; i++) {
            jumped.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(gone.await(150, TimeUnit.MILLISECONDS)).isFalse();
        }
        relay.stop();
        until("it is left", () -> {
            jumped.addAndGet(Duration.ofMillis(300).toNanos());
            LockSupport.parkNanos(60_000_000);
            return gone.getCount() == 0;
        });
        until("nothing is left of it", () -> streams(a) == 0);
    }

    @Test
    void whatIsUnknownIsTold() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        a.serve("fetch", (name, stream) -> stream.refuse());
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:UNKNOWN");
        assertThat(ask(b, address(a), "/other/1").next()).isEqualTo("lost:UNKNOWN");
        assertThat(ask(b, address(a), "/fetch").next()).isEqualTo("lost:UNKNOWN");
        a.serve("fetch", (name, stream) -> stream.end());
        // It ends without having said so.
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:CUT");
        a.withdraw("fetch");
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:UNKNOWN");
        assertThat(streams(a) + streams(b)).isZero();
    }

    @Test
    void whoReadsHearsOfAnEndBeforeItsTime() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        a.serve("fetch", (name, stream) -> {
            stream.send(FrameKind.HEAD, Buffer.buffer());
            held.add(stream);
        });
        Heard cut = ask(b, address(a), "/fetch/1");
        assertThat(cut.next()).isEqualTo("HEAD:");
        on(a, stream -> stream.cut());
        assertThat(cut.next()).isEqualTo("lost:CUT");
        Heard closed = ask(b, address(a), "/fetch/1");
        assertThat(closed.next()).isEqualTo("HEAD:");
        var unused = a.close().await(20, TimeUnit.SECONDS);
        assertThat(closed.next()).isEqualTo("lost:CUT");
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:UNREACHABLE");
        jumped.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:UNREACHABLE");
        assertThat(lost(b, Loss.UNREACHABLE)).isEqualTo(2);
        until("nothing is left", () -> streams(a) + streams(b) == 0);
    }

    @Test
    void whoSendsHearsThatNobodyReads() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        CountDownLatch gone = new CountDownLatch(1);
        a.serve("fetch", (name, stream) -> {
            stream.whenGone(gone::countDown);
            stream.send(FrameKind.HEAD, Buffer.buffer());
        });
        Heard heard = new Heard();
        Context reader = from(b);
        reader.runOnContext(here -> heard.stream = b.ask(address(a), "/fetch/1", heard));
        assertThat(heard.next()).isEqualTo("HEAD:");
        reader.runOnContext(here -> {
            Incoming stream = heard.stream;
            if (stream != null) {
                stream.close();
            }
        });
        assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        until("nothing is left", () -> streams(a) + streams(b) == 0);
        assertThat(heard.hasMore()).isFalse();
    }

    @Test
    void streamsOfAPeerAreBounded() throws Exception {
        BodyChannel a = peer("");
        BodyChannel b = peer("");
        a.serve("fetch", (name, stream) -> stream.send(FrameKind.HEAD, Buffer.buffer()));
        List<Heard> all = new ArrayList<>();
        for (int i = 0; i < ChannelServer.STREAMS; i++) {
            all.add(ask(b, address(a), "/fetch/1"));
        }
        for (Heard each : all) {
            assertThat(each.next()).isEqualTo("HEAD:");
        }
        assertThat(ask(b, address(a), "/fetch/1").next()).isEqualTo("lost:BUSY");
        assertThat(all).noneMatch(Heard::hasMore);
        assertThat(streams(a)).isEqualTo(ChannelServer.STREAMS);
    }

    @Test
    void aConnectionCanBeThereBeforeItIsNeeded() throws Exception {
        BodyChannel a = peer("ours");
        BodyChannel b = peer("ours");
        Relay relay = new Relay(vertx(), a.port());
        for (int i = 0; i < 5; i++) {
            b.expect(relay.address());
        }
        until("connected", () -> relay.connections() == 1);
        a.serve("fetch", (name, stream) -> stream.send(FrameKind.HEAD, Buffer.buffer()));
        assertThat(ask(b, relay.address(), "/fetch/1").next()).isEqualTo("HEAD:");
        assertThat(relay.connections()).isEqualTo(1);
    }

    @Test
    void aProcessByItselfHasNone() throws Exception {
        BodyChannel none = BodyChannel.none();
        assertThat(none.address()).isEmpty();
        assertThat(none.port()).isZero();
        none.serve("fetch", (name, stream) -> held.add(stream));
        none.expect("127.0.0.1:1");
        var unused = none.close().await(5, TimeUnit.SECONDS);
    }
}
