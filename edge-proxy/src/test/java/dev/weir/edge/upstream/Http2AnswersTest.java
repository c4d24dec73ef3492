package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.FrameOrigin.Request;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.netty.util.ResourceLeakDetector;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What origins answer in HTTP/2, frame by frame. */
class Http2AnswersTest {
    static Stream<HostileFrames.Row> ofStreams() {
        return Stream.concat(HostileFrames.ofStreams().stream(), HostileFrames.withinContent().stream());
    }

    static List<HostileFrames.Row> ofConnections() {
        return HostileFrames.ofConnections();
    }

    private static OriginRequest request(String method) {
        return OnLoop.request(method, "/", RequestBody.none(), OnLoop.TIMEOUTS);
    }

    private static void ok(FrameOrigin.Peer peer) throws IOException {
        peer.head(peer.request(), END_STREAM, ":status", "204");
    }

    @ParameterizedTest
    @MethodSource
    void ofStreams(HostileFrames.Row row) throws Exception {
        BlockingQueue<Long> codes = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    row.answer().send(peer, request);
                    codes.add(peer.until(request, r -> r.reset() >= 0).reset());
                    ok(peer);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            ProxyFailure failure = loop.failure(request(row.method()));
            assertThat(failure.status()).isEqualTo(502);
            assertThat(failure.source()).isEqualTo(ProxyFailure.Source.ORIGIN);
            assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(row.code());
            // The connection lives on.
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(loop.metrics.broken).hasValue(1);
        }
    }

    @ParameterizedTest
    @MethodSource
    void ofConnections(HostileFrames.Row row) throws Exception {
        BlockingQueue<Long> codes = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(
                        peer -> {
                            Request request = row.name().equals("HTTP/1.1")
                                    ? new Request(1)
                                    : peer.greet().request();
                            row.answer().send(peer, request);
                            if (row.name().equals("HTTP/1.1")) {
                                peer.skipPreface();
                            }
                            peer.drain();
                            codes.add(peer.goAway());
                        },
                        peer -> {
                            ok(peer.greet());
                            peer.drain();
                        });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            ProxyFailure failure = loop.failure(request(row.method()));
            assertThat(failure.status()).isEqualTo(502);
            assertThat(failure.type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
            assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(row.code());
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(2);
        }
    }

    /** A whole answer: what comes of it. */
    private record Good(String name, String method, HostileFrames.Answer answer, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Good> good() {
        List<Good> rows = new ArrayList<>();
        rows.add(new Good(
                "end with the head", "GET", (p, r) -> p.head(r, END_STREAM, ":status", "200"), "200 [] '' []"));
        rows.add(new Good(
                "content",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "200").data(r, END_STREAM, "hello"),
                "200 [] 'hello' []"));
        rows.add(new Good(
                "content in parts, the last empty",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "200", "content-length", "5")
                        .data(r, 0, "he")
                        .data(r, 0, "llo")
                        .data(r, END_STREAM, ""),
                "200 [content-length: 5] 'hello' []"));
        rows.add(new Good(
                "length with zeros",
                "GET",
                (p, r) ->
                        p.head(r, 0, ":status", "200", "content-length", "0005").data(r, END_STREAM, "hello"),
                "200 [content-length: 5] 'hello' []"));
        rows.add(new Good(
                "trailers",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "200")
                        .data(r, 0, "hello")
                        .head(r, END_STREAM, "grpc-status", "0", "set-cookie", "no"),
                "200 [] 'hello' [grpc-status: 0]"));
        rows.add(new Good(
                "trailers without content",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "200").head(r, END_STREAM, "grpc-status", "12"),
                "200 [] '' [grpc-status: 12]"));
        rows.add(new Good(
                "trailers alone",
                "POST",
                (p, r) -> p.head(r, END_STREAM, ":status", "200", "grpc-status", "12"),
                "200 [grpc-status: 12] '' []"));
        rows.add(new Good(
                "HEAD with a length",
                "HEAD",
                (p, r) -> p.head(r, END_STREAM, ":status", "200", "content-length", "5"),
                "200 [content-length: 5] '' []"));
        rows.add(new Good(
                "HEAD with an empty frame",
                "HEAD",
                (p, r) -> p.head(r, 0, ":status", "200", "content-length", "5").data(r, END_STREAM, ""),
                "200 [content-length: 5] '' []"));
        rows.add(new Good("204", "GET", (p, r) -> p.head(r, END_STREAM, ":status", "204"), "204 [] '' []"));
        rows.add(new Good(
                "204 with a length",
                "GET",
                (p, r) -> p.head(r, END_STREAM, ":status", "204", "content-length", "0"),
                "204 [] '' []"));
        rows.add(new Good(
                "304 with a length",
                "GET",
                (p, r) -> p.head(r, END_STREAM, ":status", "304", "content-length", "5", "etag", "\"a\""),
                "304 [content-length: 5, etag: \"a\"] '' []"));
        rows.add(new Good(
                "205 with content",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "205").data(r, END_STREAM, "hello"),
                "205 [] '' []"));
        rows.add(new Good(
                "length 0",
                "GET",
                (p, r) -> p.head(r, END_STREAM, ":status", "200", "content-length", "0"),
                "200 [content-length: 0] '' []"));
        rows.add(new Good(
                "interim answers",
                "GET",
                (p, r) -> p.head(r, 0, ":status", "100")
                        .head(r, 0, ":status", "103", "link", "</a>")
                        .head(r, END_STREAM, ":status", "200"),
                "100 103 200 [] '' []"));
        rows.add(new Good("unknown status", "GET", (p, r) -> p.head(r, END_STREAM, ":status", "599"), "599 [] '' []"));
        rows.add(new Good(
                "odd fields",
                "GET",
                (p, r) -> p.head(
                        r,
                        END_STREAM,
                        ":status",
                        "200",
                        "a",
                        "",
                        "!#$%&'*+-.^_`|~",
                        "x y\tz",
                        "b",
                        "\u00e9",
                        "set-cookie",
                        "a",
                        "set-cookie",
                        "b"),
                "200 [a: , !#$%&'*+-.^_`|~: x y\tz, b: \u00e9, set-cookie: a, set-cookie: b] '' []"));
        rows.add(new Good(
                "padded frames",
                "GET",
                (p, r) -> p.frame(FrameOrigin.HEADERS, 0xc, r.id(), padded(FrameOrigin.block(":status", "200")))
                        .frame(FrameOrigin.DATA, 0x9, r.id(), padded(new byte[] {'h', 'i'})),
                "200 [] 'hi' []"));
        rows.add(new Good(
                "block in parts",
                "GET",
                (p, r) -> p.frame(FrameOrigin.HEADERS, END_STREAM, r.id(), FrameOrigin.block(":status", "200"))
                        .frame(FrameOrigin.CONTINUATION, FrameOrigin.END_HEADERS, r.id(), FrameOrigin.block("a", "b")),
                "200 [a: b] '' []"));
        rows.add(new Good(
                "unknown frames",
                "GET",
                (p, r) -> p.frame(0x42, 0xff, r.id(), new byte[5])
                        .frame(0x42, 0, 0, new byte[0])
                        .head(r, END_STREAM, ":status", "200"),
                "200 [] '' []"));
        rows.add(new Good(
                "pings and settings between",
                "GET",
                (p, r) -> p.frame(FrameOrigin.PING, 0, 0, new byte[8])
                        .head(r, 0, ":status", "200")
                        .frame(FrameOrigin.SETTINGS, 0, 0, FrameOrigin.setting(4, 100))
                        .data(r, END_STREAM, "x"),
                "200 [] 'x' []"));
        return rows;
    }

    private static byte[] padded(byte[] payload) {
        byte[] all = new byte[payload.length + 4];
        all[0] = 3;
        System.arraycopy(payload, 0, all, 1, payload.length);
        return all;
    }

    @ParameterizedTest
    @MethodSource
    void good(Good row) throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    for (int i = 0; i < 2; i++) {
                        Request request = peer.request();
                        row.answer().send(peer, request);
                    }
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            for (int i = 0; i < 2; i++) {
                StringBuilder seen = new StringBuilder();
                OnLoop.Whole whole = loop.call(() -> loop.origins
                        .exchange(
                                request(row.method()),
                                (status, fields) -> seen.append(status).append(' '))
                        .answer()
                        .compose(OnLoop::read));
                OriginAnswer answer = whole.answer();
                assertThat(seen + "" + answer.status() + " " + lines(answer.fields()) + " '" + whole.body() + "' "
                                + lines(answer.trailers()))
                        .isEqualTo(row.expected());
                assertThat(answer.protocol()).isEqualTo("HTTP/2");
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    private static List<String> lines(HeaderFields fields) {
        List<String> lines = new ArrayList<>();
        fields.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }

    @Test
    void moreInterimAnswersThanAnybodyWantsAreRefused() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    for (int i = 0; i <= Interims.MOST; i++) {
                        peer.head(request, 0, ":status", "103");
                    }
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
        }
    }

    @Test
    void whatIsResetWithinItsAnswerIsBroken() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    peer.greet();
                    Request first = peer.request();
                    peer.head(first, 0, ":status", "200").data(first, 0, "hel").reset(first, 0);
                    ok(peer);
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.HTTP_RESPONSE_INCOMPLETE);
            assertThat(loop.whole(OnLoop.get("/")).answer().status()).isEqualTo(204);
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatEndsWithinAnAnswerBreaksIt() throws Exception {
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request first = peer.greet().request();
                    peer.head(first, 0, ":status", "200").data(first, 0, "hel");
                    peer.close();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            assertThat(loop.failure(OnLoop.get("/")).type()).isEqualTo(ProxyError.HTTP_RESPONSE_INCOMPLETE);
        }
    }

    /** Nobody reads: credit is given for what was read only. */
    @Test
    void contentBeyondTheWindowOfAStreamResetsIt() throws Exception {
        BlockingQueue<Long> codes = new LinkedBlockingQueue<>();
        try (FrameOrigin origin = FrameOrigin.playing(peer -> {
                    Request request = peer.greet().request();
                    peer.head(request, 0, ":status", "200");
                    for (int i = 0; i < 5; i++) {
                        peer.frame(FrameOrigin.DATA, 0, request.id(), new byte[16384]);
                    }
                    codes.add(peer.until(request, r -> r.reset() >= 0).reset());
                    peer.drain();
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            OriginAnswer answer = loop.call(
                    () -> loop.origins.exchange(OnLoop.get("/"), OnLoop.DROP).answer());
            assertThat(codes.poll(10, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(loop.failureOf(() -> OnLoop.read(answer)).type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
            assertThat(origin.failure()).isNull();
        }
    }

    /** Frames that make us answer, and never read. */
    @Test
    void anOriginThatAsksAndDoesNotReadLosesItsConnection() throws Exception {
        // Several hundred thousand buffers before the sockets are full: under paranoia that is a matter of seconds.
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            asksAndDoesNotRead();
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    private static void asksAndDoesNotRead() throws Exception {
        try (FrameOrigin origin = FrameOrigin.takingLittle(peer -> {
                    peer.greet();
                    var unused = peer.request();
                    try {
                        while (true) {
                            peer.octets(pings());
                        }
                    } catch (EOFException | SocketException closed) {
                        // as it should
                    }
                });
                OnLoop loop = new OnLoop(OnLoop.http2(origin.target()))) {
            Duration patience = Duration.ofSeconds(19);
            OriginRequest request = OnLoop.request("GET", "/", RequestBody.none(), OnLoop.timeouts(patience, patience));
            assertThat(loop.failure(request).type()).isEqualTo(ProxyError.HTTP_PROTOCOL_ERROR);
            loop.until(() -> loop.origins.connections() == 0);
        }
    }

    private static byte[] pings() {
        byte[] pings = new byte[17 * 1000];
        for (int i = 0; i < 1000; i++) {
            pings[17 * i + 2] = 8;
            pings[17 * i + 3] = FrameOrigin.PING;
        }
        return pings;
    }
}
