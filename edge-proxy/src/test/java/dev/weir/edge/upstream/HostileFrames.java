package dev.weir.edge.upstream;

import static dev.weir.edge.upstream.FrameOrigin.CONTINUATION;
import static dev.weir.edge.upstream.FrameOrigin.DATA;
import static dev.weir.edge.upstream.FrameOrigin.END_HEADERS;
import static dev.weir.edge.upstream.FrameOrigin.END_STREAM;
import static dev.weir.edge.upstream.FrameOrigin.GOAWAY;
import static dev.weir.edge.upstream.FrameOrigin.HEADERS;
import static dev.weir.edge.upstream.FrameOrigin.PING;
import static dev.weir.edge.upstream.FrameOrigin.PUSH_PROMISE;
import static dev.weir.edge.upstream.FrameOrigin.RST_STREAM;
import static dev.weir.edge.upstream.FrameOrigin.SETTINGS;
import static dev.weir.edge.upstream.FrameOrigin.WINDOW_UPDATE;
import static dev.weir.edge.upstream.FrameOrigin.block;
import static dev.weir.edge.upstream.FrameOrigin.number;

import dev.weir.edge.upstream.FrameOrigin.Peer;
import dev.weir.edge.upstream.FrameOrigin.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What an origin must not answer in HTTP/2 (RFC 9113 §8.1.1): by the stream, and by the connection. */
public final class HostileFrames {
    private HostileFrames() {}

    /** What an origin sends behind a request. */
    @FunctionalInterface
    public interface Answer {
        void send(Peer peer, Request request) throws IOException;
    }

    /**
     * One such answer.
     *
     * @param method of the request
     * @param code what the stream, or the connection, is ended with
     */
    public record Row(String name, String method, int code, Answer answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final int PROTOCOL_ERROR = 1;
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int FRAME_SIZE_ERROR = 6;
    private static final int COMPRESSION_ERROR = 9;

    /** Only the stream is ended. */
    public static List<Row> ofStreams() {
        List<Row> rows = new ArrayList<>();
        head(rows, "no field at all");
        head(rows, "no status", "content-type", "text/plain");
        head(rows, "status twice", ":status", "200", ":status", "200");
        head(rows, "two statuses", ":status", "200", ":status", "404");
        head(rows, "status behind a field", "content-type", "text/plain", ":status", "200");
        head(rows, "empty status", ":status", "");
        head(rows, "status of two digits", ":status", "20");
        head(rows, "status of four digits", ":status", "2000");
        head(rows, "status with a blank", ":status", " 200");
        head(rows, "status with a reason", ":status", "200 OK");
        head(rows, "status with a sign", ":status", "+20");
        head(rows, "status 099", ":status", "099");
        head(rows, "status 600", ":status", "600");
        head(rows, "status 999", ":status", "999");
        head(rows, "status with a line end", ":status", "20\n");
        head(rows, "status in capitals", ":STATUS", "200");
        head(rows, "pseudo-field of requests", ":status", "200", ":path", "/");
        head(rows, "unknown pseudo-field", ":status", "200", ":reason", "OK");
        head(rows, "pseudo-field behind a field", ":status", "200", "a", "b", ":scheme", "http");
        head(rows, "capital letter in a name", ":status", "200", "Content-Type", "text/plain");
        head(rows, "empty name", ":status", "200", "", "x");
        head(rows, "name of a colon", ":status", "200", ":", "x");
        head(rows, "blank in a name", ":status", "200", "a b", "x");
        head(rows, "blank behind a name", ":status", "200", "a ", "x");
        head(rows, "colon in a name", ":status", "200", "a:b", "x");
        head(rows, "line end in a name", ":status", "200", "a\r\nb", "x");
        head(rows, "NUL in a name", ":status", "200", "a\0", "x");
        head(rows, "obs-text in a name", ":status", "200", "\u00e9", "x");
        head(rows, "CR LF in a value", ":status", "200", "a", "x\r\nset-cookie: b=c");
        head(rows, "CR in a value", ":status", "200", "a", "x\ry");
        head(rows, "LF in a value", ":status", "200", "a", "x\ny");
        head(rows, "NUL in a value", ":status", "200", "a", "x\0y");
        head(rows, "control in a value", ":status", "200", "a", "x\u0001y");
        head(rows, "DEL in a value", ":status", "200", "a", "x\u007fy");
        head(rows, "blank before a value", ":status", "200", "a", " x");
        head(rows, "tab behind a value", ":status", "200", "a", "x\t");
        head(rows, "connection", ":status", "200", "connection", "close");
        head(rows, "keep-alive", ":status", "200", "keep-alive", "timeout=5");
        head(rows, "proxy-connection", ":status", "200", "proxy-connection", "keep-alive");
        head(rows, "transfer-encoding", ":status", "200", "transfer-encoding", "chunked");
        head(rows, "upgrade", ":status", "200", "upgrade", "h2c");
        head(rows, "101", ":status", "101");
        head(rows, "length twice", ":status", "200", "content-length", "5", "content-length", "5");
        head(rows, "lengths that differ", ":status", "200", "content-length", "5", "content-length", "6");
        head(rows, "length as a list", ":status", "200", "content-length", "5, 5");
        head(rows, "length with a sign", ":status", "200", "content-length", "+5");
        head(rows, "negative length", ":status", "200", "content-length", "-5");
        head(rows, "length in hexadecimal", ":status", "200", "content-length", "0x5");
        head(rows, "empty length", ":status", "200", "content-length", "");
        head(rows, "length beyond all numbers", ":status", "200", "content-length", "99999999999999999999");
        head(rows, "interim answer with content", ":status", "103", "content-length", "5");
        head(rows, "too large a head", many(600));
        row(
                rows,
                "GET",
                "end where content is announced",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, END_STREAM, ":status", "200", "content-length", "5"));
        row(
                rows,
                "GET",
                "interim answer that ends",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, END_STREAM, ":status", "103"));
        row(
                rows,
                "GET",
                "100 that ends",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, END_STREAM, ":status", "100"));
        row(rows, "GET", "content before a head", PROTOCOL_ERROR, (peer, request) -> peer.data(request, 0, "hello"));
        row(rows, "GET", "end before a head", PROTOCOL_ERROR, (peer, request) -> peer.data(request, END_STREAM, ""));
        row(
                rows,
                "GET",
                "content behind an interim answer",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, 0, ":status", "103").data(request, 0, "hello"));
        row(
                rows,
                "HEAD",
                "content to HEAD",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, 0, ":status", "200", "content-length", "5")
                        .data(request, END_STREAM, "hello"));
        row(
                rows,
                "GET",
                "content of 204",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, 0, ":status", "204").data(request, END_STREAM, "hello"));
        row(
                rows,
                "GET",
                "content of 304",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, 0, ":status", "304").data(request, END_STREAM, "hello"));
        row(
                rows,
                "GET",
                "content of length 0",
                PROTOCOL_ERROR,
                (peer, request) -> peer.head(request, 0, ":status", "200", "content-length", "0")
                        .data(request, END_STREAM, "x"));
        return rows;
    }

    /** The head went to the client before it was known. */
    public static List<Row> withinContent() {
        List<Row> rows = new ArrayList<>();
        content(rows, "less content than announced", (peer, request) -> peer.data(request, END_STREAM, "hel"));
        content(rows, "more content than announced", (peer, request) -> peer.data(request, END_STREAM, "hello!"));
        content(rows, "more content, without an end", (peer, request) -> peer.data(request, 0, "hello!"));
        content(
                rows,
                "more content in a second frame",
                (peer, request) -> peer.data(request, 0, "hello").data(request, END_STREAM, "!"));
        content(
                rows,
                "trailers behind too little",
                (peer, request) -> peer.data(request, 0, "hel").head(request, END_STREAM, "a", "b"));
        content(
                rows,
                "trailers without an end",
                (peer, request) -> peer.data(request, 0, "hello").head(request, 0, "a", "b"));
        content(rows, "interim answer behind the head", (peer, request) -> peer.head(request, 0, ":status", "103"));
        content(
                rows,
                "status in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, ":status", "200"));
        content(
                rows,
                "pseudo-field in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, "a", "b", ":path", "/"));
        content(
                rows,
                "capital letter in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, "A", "b"));
        content(
                rows,
                "line end in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, "a", "b\r\nc: d"));
        content(
                rows,
                "length in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, "content-length", "5"));
        content(
                rows,
                "coding in trailers",
                (peer, request) ->
                        peer.data(request, 0, "hello").head(request, END_STREAM, "transfer-encoding", "chunked"));
        content(
                rows,
                "connection in trailers",
                (peer, request) -> peer.data(request, 0, "hello").head(request, END_STREAM, "connection", "close"));
        return rows;
    }

    /** The connection is ended. */
    public static List<Row> ofConnections() {
        List<Row> rows = new ArrayList<>();
        row(
                rows,
                "GET",
                "field block that can't be decompressed",
                COMPRESSION_ERROR,
                (peer, request) -> peer.frame(
                        HEADERS, END_HEADERS | END_STREAM, request.id(), new byte[] {(byte) 0xff, 0x7f, 0x7f}));
        row(rows, "GET", "push", PROTOCOL_ERROR, (peer, request) -> {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            payload.writeBytes(number(2));
            payload.writeBytes(block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "h"));
            peer.frame(PUSH_PROMISE, END_HEADERS, request.id(), payload.toByteArray());
        });
        row(
                rows,
                "GET",
                "head of a stream nobody opened",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(HEADERS, END_HEADERS, request.id() + 2, block(":status", "200")));
        row(
                rows,
                "GET",
                "head of an even stream",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(HEADERS, END_HEADERS, 2, block(":status", "200")));
        row(
                rows,
                "GET",
                "content of a stream nobody opened",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(DATA, 0, request.id() + 2, new byte[5]));
        row(rows, "GET", "content on stream 0", PROTOCOL_ERROR, (peer, request) -> peer.frame(DATA, 0, 0, new byte[5]));
        row(
                rows,
                "GET",
                "head on stream 0",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(HEADERS, END_HEADERS, 0, block(":status", "200")));
        row(
                rows,
                "GET",
                "frame within a field block",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(HEADERS, 0, request.id(), block(":status", "200"))
                        .frame(PING, 0, 0, new byte[8]));
        row(
                rows,
                "GET",
                "continuation of nothing",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(CONTINUATION, END_HEADERS, request.id(), block(":status", "200")));
        row(
                rows,
                "GET",
                "too large a frame",
                FRAME_SIZE_ERROR,
                (peer, request) -> peer.frame(DATA, 0, request.id(), new byte[16385]));
        row(
                rows,
                "GET",
                "PING of seven octets",
                FRAME_SIZE_ERROR,
                (peer, request) -> peer.frame(PING, 0, 0, new byte[7]));
        row(
                rows,
                "GET",
                "SETTINGS of five octets",
                FRAME_SIZE_ERROR,
                (peer, request) -> peer.frame(SETTINGS, 0, 0, new byte[5]));
        row(
                rows,
                "GET",
                "SETTINGS on a stream",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(SETTINGS, 0, request.id(), new byte[0]));
        row(
                rows,
                "GET",
                "window of more than 2^31-1",
                FLOW_CONTROL_ERROR,
                (peer, request) -> peer.frame(WINDOW_UPDATE, 0, 0, number(Integer.MAX_VALUE)));
        row(
                rows,
                "GET",
                "window that grows by nothing",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(WINDOW_UPDATE, 0, 0, number(0)));
        row(
                rows,
                "GET",
                "RST_STREAM of a stream nobody opened",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(RST_STREAM, 0, request.id() + 2, number(0)));
        row(
                rows,
                "GET",
                "GOAWAY on a stream",
                PROTOCOL_ERROR,
                (peer, request) -> peer.frame(GOAWAY, 0, request.id(), new byte[8]));
        row(
                rows,
                "GET",
                "HTTP/1.1",
                PROTOCOL_ERROR,
                (peer, request) -> peer.octets("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        return rows;
    }

    /** A status and so many fields: each counts for 32 octets more than it has (RFC 9113 §6.5.2). */
    private static String[] many(int count) {
        String[] fields = new String[2 + 2 * count];
        Arrays.fill(fields, "a");
        fields[0] = ":status";
        fields[1] = "200";
        return fields;
    }

    private static void head(List<Row> rows, String name, String... fields) {
        row(rows, "GET", name, PROTOCOL_ERROR, (peer, request) -> peer.head(request, 0, fields));
    }

    private static void content(List<Row> rows, String name, Answer behind) {
        row(rows, "GET", name, PROTOCOL_ERROR, (peer, request) -> {
            peer.head(request, 0, ":status", "200", "content-length", "5", "cache-control", "max-age=60");
            behind.send(peer, request);
        });
    }

    private static void row(List<Row> rows, String method, String name, int code, Answer answer) {
        rows.add(new Row(name, method, code, answer));
    }
}
