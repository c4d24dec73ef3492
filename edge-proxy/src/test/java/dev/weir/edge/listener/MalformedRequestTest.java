package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Byte scripts, each followed by a second request on the same connection: refused ones run nothing at all. */
class MalformedRequestTest {
    private static final String SECOND = "GET /second HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n";
    private static TestEdge edge;

    /** What a script in HTTP's own bytes comes to: a refusal with its reason, or the first request as it was noted. */
    record Script(String bytes, String reason, int status) {
        @Override
        public String toString() {
            String text = bytes.length() > 90 ? bytes.substring(0, 90) + "…" : bytes;
            return reason + " " + text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
        }
    }

    private static Script refused(String reason, String bytes) {
        return refused(reason, 400, bytes);
    }

    private static Script refused(String reason, int status, String bytes) {
        return new Script(bytes, reason, status);
    }

    private static Script line(String reason, String requestLine) {
        return refused(reason, requestLine + "\r\nHost: a\r\n\r\n");
    }

    private static Script fields(String reason, String lines) {
        return refused(reason, "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n");
    }

    private static Script post(String reason, String lines) {
        return refused(reason, "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    }

    private static Script chunks(String reason, String body) {
        return refused(reason, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
    }

    static Stream<Script> malformed() {
        return Stream.of(requestLines(), fieldLines(), hosts(), framings(), chunkedBodies(), limits())
                .flatMap(scripts -> scripts);
    }

    private static Stream<Script> requestLines() {
        return Stream.of(
                line("request-line", "GET /"),
                line("request-line", "GET"),
                line("request-line", "GET / HTTP/1"),
                line("request-line", "GET / HTTP/11"),
                line("request-line", "GET / HTTP/1.10"),
                line("request-line", "GET / HTTP/01.1"),
                line("request-line", "GET / http/1.1"),
                line("request-line", "GET / HTTPS/1.1"),
                line("request-line", "GET / HTTP/1.1 "),
                line("request-line", "GET / HTTP/1.1 x"),
                line("request-line", "GET / FTP/1.1"),
                line("request-line", "GET / HTTP/-1.1"),
                line("request-line", "GET / \tHTTP/1.1"),
                line("target-characters", "GET  / HTTP/1.1"),
                line("request-line", "GET /  HTTP/1.1"),
                line("method", "GET\t/ HTTP/1.1"),
                line("target-characters", "GET /\tHTTP/1.1"),
                line("method", " GET / HTTP/1.1"),
                line("method", "G(T / HTTP/1.1"),
                line("method", "G\0T / HTTP/1.1"),
                line("method", "G\u00e9T / HTTP/1.1"),
                line("method", "\u0001GET / HTTP/1.1"),
                line("method", "GET:/ HTTP/1.1"),
                line("method", "M".repeat(65) + " / HTTP/1.1"),
                line("request-line", "GET /a b HTTP/1.1"),
                line("target-characters", "GET /a#b HTTP/1.1"),
                line("target-characters", "GET /a\0b HTTP/1.1"),
                line("target-characters", "GET /a\u007fb HTTP/1.1"),
                line("target-characters", "GET /caf\u00e9 HTTP/1.1"),
                line("target-characters", "GET /a\u0080 HTTP/1.1"),
                line("target-characters", "GET /a\u000bb HTTP/1.1"),
                line("target-characters", "GET /a\u001bb HTTP/1.1"),
                refused("request-line", "GET /a\r HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("request-line", "GET /a\n HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("bare-lf", "GET / HTTP/1.1\nHost: a\n\n"),
                refused("bare-lf", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                refused("bare-cr", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
                refused("bare-cr", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"),
                refused("request-line", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("request-line", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("method", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003"),
                refused("method", "\0\0\0"),
                line("method", "{\"a\":1}"),
                line("request-line", "GET / HTTP/1.1\t"),
                line("request-line", "GET / HTTP/1.1\0"),
                line("request-line", "GET / HTTP/1,1"),
                line("request-line", "GET / HTTP/ 1.1"),
                line("request-line", "GET / HTTP /1.1"),
                line("request-line", "GET / \u00a0HTTP/1.1"),
                line("method", "GET\u000b/ HTTP/1.1"),
                line("method", "GET\u000c/ HTTP/1.1"),
                line("target-characters", "GET /\u000cHTTP/1.1"),
                line("target-characters", "GET  HTTP/1.1"),
                line("method", "\tGET / HTTP/1.1"),
                refused("request-line", "GET / HTTP/1.\r\nHost: a\r\n\r\n"),
                refused("host-missing", "GET / HTTP/1.2\r\n\r\n"),
                refused("version", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                refused("version", 505, "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
                refused("version", 505, "GET / HTTP/9.9\r\nHost: a\r\n\r\n"),
                refused("version", 505, "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"));
    }

    private static Stream<Script> fieldLines() {
        return Stream.of(
                fields("field-name", ": v"),
                fields("field-name", "A : v"),
                fields("field-name", "A\t: v"),
                fields("field-name", "A"),
                fields("field-name", "A B: v"),
                fields("field-name", "A(: v"),
                fields("field-name", "A\0: v"),
                fields("field-name", "A\u00e9: v"),
                fields("field-name", "\u00a0A: v"),
                fields("field-name", "\"A\": v"),
                fields("field-name", "A;B: v"),
                fields("field-name", "[A]: v"),
                fields("field-name", "A\u000b: v"),
                fields("field-name", "A\u000c: v"),
                fields("field-name", "A\u007f: v"),
                fields("field-name", "\u001b[0mA: v"),
                fields("field-name", "A,B: v"),
                fields("field-name", "Content-Length\0: 5"),
                fields("field-name", "Transfer-Encoding\t: chunked"),
                fields("field-name", "Host : b"),
                fields("field-value", "A: v\u0008w"),
                fields("bare-cr", "A:\r v"),
                fields("line-folding", "Transfer-Encoding: chunked\r\n , gzip"),
                fields("line-folding", "Content-Length: 1\r\n 0"),
                fields("line-folding", "A: v\r\n w"),
                fields("line-folding", "A: v\r\n\tw"),
                fields("line-folding", "A: v\r\n "),
                refused("line-folding", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                refused("line-folding", "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"),
                fields("field-value", "A: v\0w"),
                fields("field-value", "A: \u0001"),
                fields("field-value", "A: v\u007f"),
                fields("field-value", "A: v\u000bw"),
                fields("field-value", "A: \u001b[31m"),
                fields("bare-cr", "A: v\rB: w"),
                fields("bare-cr", "A: v\r\rB: w"),
                fields("bare-lf", "A: v\nB: w"),
                fields("bare-lf", "A: v\n"),
                fields("bare-lf", "A\nB: w"),
                fields("bare-lf", "A: v\r\n\nB: w"),
                fields("bare-cr", "A: v\r\n\rB: w"));
    }

    private static Stream<Script> hosts() {
        return Stream.of(
                refused("host-missing", "GET / HTTP/1.1\r\n\r\n"),
                refused("host-missing", "GET http://a/ HTTP/1.1\r\nX: y\r\n\r\n"),
                fields("host-repeated", "Host: a"),
                fields("host-repeated", "Host: b"),
                fields("host-repeated", "hOsT: b"),
                refused("host-repeated", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: a#b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: a?b\r\n\r\n"),
                refused("host-invalid", "GET / HTTP/1.1\r\nHost: caf\u00e9\r\n\r\n"));
    }

    private static Stream<Script> framings() {
        return Stream.of(
                post("content-length", "Content-Length: 5\r\nContent-Length: 5"),
                post("content-length", "Content-Length: 5\r\nContent-Length: 6"),
                post("content-length", "Content-Length: 5, 5"),
                post("content-length", "Content-Length: 5,5"),
                post("content-length", "Content-Length: +5"),
                post("content-length", "Content-Length: -5"),
                post("content-length", "Content-Length: -0"),
                post("content-length", "Content-Length: 0x5"),
                post("content-length", "Content-Length: 5 " + "5"),
                post("content-length", "Content-Length: 5.0"),
                post("content-length", "Content-Length: 5e0"),
                post("content-length", "Content-Length: five"),
                post("content-length", "Content-Length: \"5\""),
                post("content-length", "Content-Length:"),
                post("content-length", "Content-Length: \u00b2"),
                post("content-length", "Content-Length: 18446744073709551621"),
                post("content-length", "Content-Length: 99999999999999999999999999"),
                post("content-length", "cONTENT-lENGTH: 5;"),
                post("content-length", "Content-Length: 5,"),
                post("content-length", "Content-Length: ,5"),
                post("content-length", "Content-Length: 5\t5"),
                post("content-length", "Content-Length: 0\r\nContent-Length: 5"),
                post("content-length", "Content-Length: 5\r\ncontent-length: 5"),
                post("content-length", "Content-Length: 4294967301\r\nContent-Length: 5"),
                post("content-length", "Content-Length: 9223372036854775813"),
                post("content-length", "Content-Length: 1_0"),
                post("content-length", "Content-Length: 5a"),
                post("content-length", "Content-Length: \u00a05"),
                post("framing-ambiguous", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
                post("framing-ambiguous", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
                post("framing-ambiguous", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
                fields(
                        "framing-ambiguous",
                        "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5\r\nSec-WebSocket-Key2: 12998 5 Y3 1  .P00"),
                post("transfer-encoding", "Transfer-Encoding: identity"),
                post("transfer-encoding", "Transfer-Encoding: xchunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked, gzip"),
                post("transfer-encoding", "Transfer-Encoding: chunked, chunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                post("transfer-encoding", "Transfer-Encoding: gzip"),
                post("transfer-encoding", "Transfer-Encoding: chunked,"),
                post("transfer-encoding", "Transfer-Encoding: ,chunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked;q=1"),
                post("transfer-encoding", "Transfer-Encoding: \"chunked\""),
                post("transfer-encoding", "Transfer-Encoding:"),
                post("transfer-encoding", "Transfer-Encoding: identity, chunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked, identity"),
                post("transfer-encoding", "Transfer-Encoding: chunked chunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked;"),
                post("transfer-encoding", "Transfer-Encoding: 'chunked'"),
                post("transfer-encoding", "Transfer-Encoding: chunk"),
                post("transfer-encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
                post("transfer-encoding", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
                post("transfer-encoding", "Transfer-Encoding: chunked\r\nTransfer-Encoding:"),
                post("transfer-encoding", "Transfer-Encoding: x;a=\"chunked\""),
                post("transfer-encoding", "Transfer-Encoding: chunked\u00a0"),
                post("field-value", "Transfer-Encoding: chunked\u000b"),
                post("framing-ambiguous", "Content-Length: 0\r\ntransfer-encoding: Chunked"),
                post("field-value", "Transfer-Encoding: \u000bchunked"),
                post("field-name", "Transfer-Encoding : chunked"),
                post("transfer-encoding", "Transfer-Encoding:\r\n chunked"),
                refused(
                        "transfer-encoding-unknown",
                        501,
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                refused(
                        "transfer-encoding",
                        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                refused("unexpected-body", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
                refused("unexpected-body", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"),
                refused("unexpected-body", "TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"),
                refused("expectation", 417, "POST / HTTP/1.1\r\nHost: a\r\nExpect: y\r\nContent-Length: 1\r\n\r\na"),
                refused(
                        "expectation",
                        417,
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 1\r\n\r\na"));
    }

    private static Stream<Script> chunkedBodies() {
        return Stream.of(
                chunks("chunk", "0x5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "+5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "-5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", " 5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5 \r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\t\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", ";x\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "g\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\rhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\r\nhello\n0\r\n\r\n"),
                chunks("chunk", "5\r\nhello0\r\n\r\n"),
                chunks("chunk", "5\r\nhelloX\r\n0\r\n\r\n"),
                chunks("chunk", "4\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\r\nhello\r\r\n0\r\n\r\n"),
                chunks("chunk", "5_0\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5.0\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "100000005\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "00000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "80000000\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\"\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\"a\nb\"\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x\0\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x y\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5; \r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;;x\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;=x\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=y=z\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\"y\"z\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x\"y\"\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=y \r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\"a\\\r\n\"\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\"a\u0001\"\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x=\u00e9\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5;x\r\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5 5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\u000b\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\0\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5,5\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "8000000000000005\r\nhello\r\n0\r\n\r\n"),
                chunks("chunk", "5\r\nhello\r\n\r\n0\r\n\r\n"),
                chunks("chunk", "5\r\nhello\r\n0 \r\n\r\n"),
                chunks("chunk", "5\r\nhello\r\n-0\r\n\r\n"),
                chunks("chunk", "5;" + "x".repeat(17_000) + "\r\nhello\r\n0\r\n\r\n"),
                chunks("trailer", "0\r\nA : v\r\n\r\n"),
                chunks("trailer", "0\r\n: v\r\n\r\n"),
                chunks("trailer", "0\r\nA\r\n\r\n"),
                chunks("trailer", "0\r\n A: v\r\n\r\n"),
                chunks("trailer", "0\r\nA: v\n\r\n"),
                chunks("trailer", "0\r\nA: v\r\r\n\r\n"),
                chunks("trailer", "0\r\nA: \0\r\n\r\n"),
                chunks("trailer", "0\r\n\rX"),
                chunks("trailer", "0\r\n\nX"),
                chunks("trailer", "0\r\nContent-Length: 5\r\n\r\n"),
                chunks("trailer", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
                chunks("trailer", "0\r\nHost: b\r\n\r\n"),
                chunks("trailer", "0\r\nX: y\r\ncontent-LENGTH: 5\r\n\r\n"),
                chunks("trailer", "0\r\nX: y\r\n folded\r\n\r\n"),
                chunks("trailer", "0\r\nX: y\rHost: b\r\n\r\n"),
                chunks("trailer", "0\r\nX\u00e9: y\r\n\r\n"),
                chunks("trailer", "0\r\nX: \u007f\r\n\r\n"),
                chunks("trailer", "0\r\nA: " + "x".repeat(9_000) + "\r\n\r\n"));
    }

    private static Stream<Script> limits() {
        return Stream.of(
                refused("line-too-long", 414, "GET /" + "x".repeat(8 * 1024) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("line-too-long", 414, "GET /" + "x".repeat(50_000)),
                refused("fields-too-large", 431, "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(33_000) + "\r\n\r\n"),
                refused(
                        "fields-too-large",
                        431,
                        "GET / HTTP/1.1\r\nHost: a\r\n" + ("A: " + "x".repeat(1000) + "\r\n").repeat(40) + "\r\n"),
                refused("fields-too-many", 431, "GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(100) + "\r\n"));
    }

    private static Script allowed(String first, String bytes) {
        return new Script(bytes, first, 200);
    }

    static Stream<Script> sound() {
        return Stream.of(
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("GET / ", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nhOST:a\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: \ta \t\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                allowed("GET /a?b=c|d{e}^\"f ", "GET /a?b=c|d{e}^\"f HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("GET http://b/c ", "GET http://b/c HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("OPTIONS * ", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: 4\r\n\r\n"),
                allowed("BREW / ", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("M-SEARCH / ", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\nA:\r\nB: \r\nC: \"x\\\"y\"\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\nA: caf\u00e9 \u0080\u00ff\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\nX_Y.Z!#$%&'*+-^`|~: v\r\n\r\n"),
                allowed("GET / hello", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
                allowed("POST / ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"),
                allowed("POST / hello", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello"),
                allowed("POST / hello", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:5 \r\n\r\nhello"),
                allowed("POST / ", "POST / HTTP/1.1\r\nHost: a\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a;b=c;d=\"e;\\\"f\"\r\nhello\r\n000\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n0\r\nA: v\r\nB:\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 ; a\t= \"b;\""
                                + " ;c ;d=e ; f\r\nhello\r\n0;g=\"\u00e9\"\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n0000000000000004;x=\""
                                + "y".repeat(8_000) + "\"\r\nello\r\n0\r\n\r\n"),
                allowed(
                        "POST / hello",
                        "POST / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(32_000)
                                + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: "
                                + "y".repeat(8_000) + "\r\n\r\n"),
                allowed(
                        "POST / \r\n0\r\n\r\nGET ",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nB\r\n\r\n0\r\n\r\nGET \r\n0\r\n\r\n"),
                allowed(
                        "POST / GET /x HTTP/1.1\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\nGET /x HTTP/1.1\r\n\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(99) + "\r\n"),
                allowed("GET / ", "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(30_000) + "\r\n\r\n"));
    }

    @BeforeAll
    static void open() {
        edge = TestEdge.clear();
    }

    @AfterAll
    static void close() {
        edge.close();
    }

    @BeforeEach
    void forget() {
        edge.requests.clear();
        edge.refusals.clear();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesAndRunsNothing(Script script) throws Exception {
        try (RawClient client = edge.client()) {
            String all = client.sends(script.bytes() + SECOND).receivesAll();
            assertThat(all).startsWith("HTTP/1.1 " + script.status() + " ").contains("Connection: close\r\n");
            assertThat(all.indexOf("HTTP/1.1", 1)).isNegative();
            assertThat(edge.noted()).isEmpty();
            assertThat(edge.refusals).singleElement().asString().startsWith(script.reason() + " ");
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesBehindASoundRequest(Script script) throws Exception {
        try (RawClient client = edge.client()) {
            String all = client.sends("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + script.bytes() + SECOND)
                    .receivesAll();
            assertThat(all).startsWith("HTTP/1.1 200 OK").contains("<GET /first >HTTP/1.1 " + script.status());
            assertThat(edge.noted()).containsExactly("GET /first ");
        }
    }

    @ParameterizedTest
    @MethodSource("sound")
    void readsAsOneAndOnlyOneRequest(Script script) throws Exception {
        try (RawClient client = edge.client()) {
            String all = client.sends(script.bytes() + SECOND).receivesAll();
            assertThat(edge.noted()).containsExactly(script.reason(), "GET /second ");
            assertThat(edge.refusals).isEmpty();
            assertThat(all).endsWith("<GET /second >");
        }
    }

    @ParameterizedTest
    @MethodSource("sound")
    void readsTheSameOctetByOctet(Script script) throws Exception {
        String bytes = script.bytes();
        if (bytes.length() > 500) {
            return;
        }
        try (RawClient client = edge.client()) {
            String all = client.sendsEachOctet(bytes + SECOND).receivesAll();
            assertThat(edge.noted()).containsExactly(script.reason(), "GET /second ");
            assertThat(all).endsWith("<GET /second >");
        }
    }
}
