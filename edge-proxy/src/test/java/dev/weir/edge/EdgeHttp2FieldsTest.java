package dev.weir.edge;

import static dev.weir.edge.RawHttp2.CONTINUATION;
import static dev.weir.edge.RawHttp2.DATA;
import static dev.weir.edge.RawHttp2.END_HEADERS;
import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.HEADERS;
import static dev.weir.edge.RawHttp2.PADDED;
import static dev.weir.edge.RawHttp2.block;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HTTP/2 requests as raw frames, on every listener (RFC 9113 §8): the origin sees nothing of a malformed one, or exactly
 * the one request that a sound one is; and the connection goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EdgeHttp2FieldsTest {
    /** What the origin may see: nothing. */
    private static final String NOTHING = "";

    /** What the origin may see: a request, but never its end. */
    private static final String NOTHING_WHOLE = "-";

    private static final String RESET = "reset 1";

    private final Origin origin = new Origin();
    private final List<String> contents = Collections.synchronizedList(new ArrayList<>());
    private final List<String> wholeThoughBroken = Collections.synchronizedList(new ArrayList<>());
    private EdgeRig edge;
    private String site;

    /** What a client sends behind its preface. */
    @FunctionalInterface
    interface Sending {
        /** Returns the stream whose outcome counts. */
        int on(RawHttp2 client, String site) throws IOException;
    }

    /**
     * One row.
     *
     * @param name what is special
     * @param sends the frames
     * @param outcome how its stream ends
     * @param line of the one request that the origin sees, or {@link #NOTHING}
     * @param holds what that request has in its head or content
     */
    record Case(String name, Sending sends, String outcome, String line, List<String> holds) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        edge = EdgeRig.everywhere(directory, origin);
        site = "127.0.0.1:" + origin.port();
        origin.on("/broken", peer -> {
            String content = content(peer);
            if (!content.isEmpty()) {
                wholeThoughBroken.add(peer.head + content);
            }
        });
    }

    @AfterAll
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    @BeforeEach
    void recorded() {
        origin.heads.clear();
        contents.clear();
        for (String path : List.of("/x", "/x?y=1", "/", "*", "/a%2Fb", "/a|b", "/a//b/../c", "/good")) {
            origin.on(path, peer -> {
                contents.add(content(peer));
                peer.send(Origin.ok("", "ok"));
            });
        }
    }

    /** Chunks and trailers as they came; "" if they broke off. */
    private static String chunks(Origin.Peer peer) throws IOException {
        StringBuilder all = new StringBuilder();
        String size;
        do {
            size = peer.until("\r\n");
            int octets = size.isEmpty() ? 0 : Integer.parseInt(size.strip(), 16);
            all.append(size).append(new String(peer.in().readNBytes(octets), StandardCharsets.ISO_8859_1));
            if (octets > 0) {
                all.append(peer.until("\r\n"));
            }
        } while (!size.isEmpty() && !size.equals("0\r\n"));
        String line;
        do {
            line = peer.until("\r\n");
            all.append(line);
        } while (!line.isEmpty() && !line.equals("\r\n"));
        return line.isEmpty() ? "" : all.toString();
    }

    /** The content, if it came whole; else "". */
    private static String content(Origin.Peer peer) throws IOException {
        if (peer.head.contains("\r\nTransfer-Encoding: chunked\r\n")) {
            return chunks(peer);
        }
        String content = peer.body();
        return isWhole(peer.head, content) ? content : "";
    }

    private static boolean isWhole(String head, String content) {
        return !head.contains("Content-Length: ") || head.contains("Content-Length: " + content.length() + "\r\n");
    }

    // Field blocks to begin with.

    private static String[] get(String site, String... more) {
        return with(new String[] {":method", "GET", ":scheme", "http", ":authority", site, ":path", "/x"}, more);
    }

    private static String[] post(String site, String... more) {
        return with(new String[] {":method", "POST", ":scheme", "http", ":authority", site, ":path", "/x"}, more);
    }

    /** A path of its own: what comes of it may come late. */
    private static String[] broken(String site, String... more) {
        return with(pathOf("POST", site, "/broken"), more);
    }

    private static String[] pathOf(String method, String site, String path) {
        return new String[] {":method", method, ":scheme", "http", ":authority", site, ":path", path};
    }

    private static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    /** A GET with these fields behind its pseudo-fields: malformed. */
    private static Case bad(String name, String... more) {
        return new Case(name, (client, site) -> client.request(get(site, more)), RESET, NOTHING, List.of());
    }

    /** A head, without content, in which {@code SITE} stands for the origin's authority: malformed. */
    private static Case badHead(String name, String... fields) {
        return new Case(name, (client, site) -> client.request(of(site, fields)), RESET, NOTHING, List.of());
    }

    private static String[] of(String site, String... fields) {
        return Arrays.stream(fields).map(text -> text.replace("SITE", site)).toArray(String[]::new);
    }

    private static Case good(String name, Sending sends, String line, String... holds) {
        return new Case(name, sends, "200", line, List.of(holds));
    }

    private static Case goodHead(String name, String line, List<String> holds, String... fields) {
        return new Case(name, (client, site) -> client.request(of(site, fields)), "200", line, holds);
    }

    private static Case badContent(String name, Sending sends) {
        return new Case(name, sends, RESET, NOTHING_WHOLE, List.of());
    }

    private static List<Case> names() {
        return List.of(
                bad("name in upper case", "X-Up", "1"),
                bad("one capital in a name", "x-uP", "1"),
                bad("empty name", "", "1"),
                bad("blank in a name", "x y", "1"),
                bad("blank behind a name", "content-length ", "5"),
                bad("tab in a name", "x\ty", "1"),
                bad("colon in a name", "x:y", "1"),
                bad("colon behind a name", "transfer-encoding:", "chunked"),
                bad("CR LF in a name", "x\r\ntransfer-encoding: chunked\r\ny", "1"),
                bad("LF in a name", "x\ny", "1"),
                bad("NUL in a name", "x\0", "1"),
                bad("DEL in a name", "x\u007f", "1"),
                bad("octet above ASCII in a name", "x\u00e9", "1"),
                bad("slash in a name", "x/y", "1"),
                bad("braces in a name", "x{y}", "1"),
                bad("quote in a name", "\"x\"", "1"));
    }

    private static List<Case> values() {
        return List.of(
                bad("CR LF in a value", "x", "1\r\ntransfer-encoding: chunked"),
                bad("CR LF CR LF in a value", "x", "1\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"),
                bad("CR in a value", "x", "1\r2"),
                bad("LF in a value", "x", "1\n2"),
                bad("LF at the end of a value", "x", "1\n"),
                bad("NUL in a value", "x", "1\0002"),
                bad("a value of NUL alone", "x", "\0"),
                bad("blank before a value", "x", " 1"),
                bad("blank behind a value", "x", "1 "),
                bad("tab before a value", "x", "\t1"),
                bad("tab behind a value", "x", "1\t"),
                bad("a value of one blank", "x", " "),
                bad("bell in a value", "x", "1\0072"),
                bad("DEL in a value", "x", "1\u007f2"),
                bad("escape in a value", "user-agent", "\u001b[31mred"),
                bad("CR LF in a cookie crumb", "cookie", "a=1", "cookie", "b=2\r\nx: y"),
                bad("blank behind a cookie crumb", "cookie", "a=1 ", "cookie", "b=2"));
    }

    private static List<Case> connectionSpecific() {
        return List.of(
                bad("connection", "connection", "close"),
                bad("connection that names a field", "connection", "x-forwarded-for"),
                bad("keep-alive", "keep-alive", "timeout=5"),
                bad("proxy-connection", "proxy-connection", "keep-alive"),
                bad("transfer-encoding", "transfer-encoding", "chunked"),
                bad("transfer-encoding of identity", "transfer-encoding", "identity"),
                bad("upgrade", "upgrade", "websocket"),
                bad("upgrade to h2c", "upgrade", "h2c"),
                bad("te of gzip", "te", "gzip"),
                bad("te of trailers and more", "te", "trailers, deflate"),
                bad("empty te", "te", ""),
                badContent("transfer-encoding with content", (client, site) -> {
                    int stream = client.open(broken(site, "transfer-encoding", "chunked"));
                    client.data(stream, "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n", END_STREAM);
                    return stream;
                }));
    }

    private static List<Case> pseudoFields() {
        return List.of(
                badHead("no method", ":scheme", "http", ":authority", "SITE", ":path", "/x"),
                badHead("no scheme", ":method", "GET", ":authority", "SITE", ":path", "/x"),
                badHead("no path", ":method", "GET", ":scheme", "http", ":authority", "SITE"),
                badHead("no field at all"),
                badHead("neither authority nor host", ":method", "GET", ":scheme", "http", ":path", "/x"),
                badHead("method twice", pair(":method", "GET")),
                badHead("method twice and different", pair(":method", "POST")),
                badHead("scheme twice", pair(":scheme", "http")),
                badHead("authority twice", pair(":authority", "SITE")),
                badHead("authority twice and different", pair(":authority", "other.test")),
                badHead("path twice", pair(":path", "/x")),
                badHead("path twice and different", pair(":path", "/good")),
                badHead("status in a request", pair(":status", "200")),
                badHead("protocol in a request", pair(":protocol", "websocket")),
                badHead("unknown pseudo-field", pair(":weir", "1")),
                badHead("pseudo-field in upper case", pair(":METHOD", "GET")),
                badHead("a bare colon", pair(":", "1")),
                bad("path behind a field", "x", "1", ":path", "/good"),
                badHead(
                        "authority behind a field",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/x",
                        "x",
                        "1",
                        ":authority",
                        "SITE"),
                badHead(
                        "method behind a field",
                        "x",
                        "1",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":authority",
                        "SITE",
                        ":path",
                        "/x"));
    }

    private static String[] pair(String name, String value) {
        return new String[] {":method", "GET", ":scheme", "http", ":authority", "SITE", ":path", "/x", name, value};
    }

    private static Case badPath(String name, String path) {
        return badHead(name, pathOf("GET", "SITE", path));
    }

    private static Case badAuthority(String name, String authority) {
        return badHead(name, pathOf("GET", authority, "/x"));
    }

    private static Case badMethod(String name, String method) {
        return badHead(name, pathOf(method, "SITE", "/x"));
    }

    private static List<Case> targets() {
        return List.of(
                badPath("empty path", ""),
                badPath("path without a slash", "x"),
                badPath("asterisk for GET", "*"),
                badPath("absolute URI as path", "http://127.0.0.1/x"),
                badPath("blank in the path", "/x y"),
                badPath("a version behind the path", "/x HTTP/1.1"),
                badPath("CR LF in the path", "/x HTTP/1.1\r\nHost: other\r\n\r\nGET /y"),
                badPath("LF in the path", "/x\ny"),
                badPath("NUL in the path", "/x\0"),
                badPath("tab in the path", "/x\ty"),
                badPath("fragment", "/x#y"),
                badPath("blank before the path", " /x"),
                badPath("bad percent triple", "/x%zz"),
                badPath("cut percent triple", "/x%2"),
                badPath("encoded NUL", "/x%00"),
                badPath("octet above ASCII in the path", "/\u00e9"),
                badHead("asterisk and more for OPTIONS", pathOf("OPTIONS", "SITE", "*x")),
                badAuthority("empty authority", ""),
                badAuthority("user information", "user@SITE"),
                badAuthority("user information with a password", "user:secret@SITE"),
                badAuthority("CR LF in the authority", "SITE\r\nx: y"),
                badAuthority("blank in the authority", "SITE x"),
                badAuthority("path in the authority", "SITE/x"),
                badAuthority("two ports", "SITE:80"),
                badAuthority("port too large", "127.0.0.1:65536"),
                badAuthority("port with a sign", "127.0.0.1:+80"),
                badAuthority("list of authorities", "SITE, other.test"),
                badAuthority("open bracket", "[::1"),
                badHead("host differs", with(pathOf("GET", "SITE", "/x"), "host", "other.test")),
                badHead("host differs in its port", with(pathOf("GET", "SITE", "/x"), "host", "127.0.0.1:1")),
                badHead("empty host", with(pathOf("GET", "SITE", "/x"), "host", "")),
                badHead("host twice", with(pathOf("GET", "SITE", "/x"), "host", "SITE", "host", "SITE")),
                badHead(
                        "host twice without authority",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/x",
                        "host",
                        "SITE",
                        "host",
                        "SITE"),
                badHead(
                        "user information in host",
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/x",
                        "host",
                        "user@SITE"),
                badHead("scheme of ftp", ":method", "GET", ":scheme", "ftp", ":authority", "SITE", ":path", "/x"),
                badHead("empty scheme", ":method", "GET", ":scheme", "", ":authority", "SITE", ":path", "/x"),
                badHead(
                        "CR LF in the scheme",
                        ":method",
                        "GET",
                        ":scheme",
                        "http\r\n",
                        ":authority",
                        "SITE",
                        ":path",
                        "/x"),
                badMethod("empty method", ""),
                badMethod("method in lower case", "get"),
                badMethod("blank in the method", "GET /smuggled"),
                badMethod("CR LF in the method", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"),
                badMethod("colon in the method", "GET:"),
                badHead("CONNECT with a path", pathOf("CONNECT", "SITE", "/x")),
                badHead("CONNECT with a scheme", ":method", "CONNECT", ":scheme", "http", ":authority", "SITE"),
                badHead("CONNECT without authority", ":method", "CONNECT", "host", "SITE"),
                badHead("CONNECT without a port", ":method", "CONNECT", ":authority", "127.0.0.1"),
                badHead("CONNECT with content", ":method", "CONNECT", ":authority", "SITE", "content-length", "5"),
                badHead(
                        "extended CONNECT",
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "websocket",
                        ":scheme",
                        "http",
                        ":authority",
                        "SITE",
                        ":path",
                        "/x"));
    }

    private static List<Case> lengths() {
        return List.of(
                bad("a length without content", "content-length", "5"),
                bad("length twice and equal", "content-length", "0", "content-length", "0"),
                bad("length twice and different", "content-length", "0", "content-length", "5"),
                bad("length as a list", "content-length", "0, 0"),
                bad("negative length", "content-length", "-1"),
                bad("length with a sign", "content-length", "+0"),
                bad("length in hexadecimal", "content-length", "0x0"),
                bad("empty length", "content-length", ""),
                bad("length with a point", "content-length", "0.0"),
                bad("length too long", "content-length", "99999999999999999999"),
                content("length twice and equal, with content", "abc", "content-length", "3", "content-length", "3"),
                content("length as a list, with content", "abc", "content-length", "3, 3"),
                content("less content than announced", "abc", "content-length", "4"),
                content("more content than announced", "abcde", "content-length", "4"),
                content("content although none is announced", "a", "content-length", "0"),
                badContent("less content, and then trailers", (client, site) -> {
                    int stream = client.open(broken(site, "content-length", "4"));
                    client.data(stream, "abc", 0).trailers(stream, "x", "1");
                    return stream;
                }),
                badContent("more content in a second frame", (client, site) -> {
                    int stream = client.open(broken(site, "content-length", "4"));
                    client.data(stream, "ab", 0).data(stream, "cde", END_STREAM);
                    return stream;
                }));
    }

    private static Case content(String name, String content, String... more) {
        return badContent(name, (client, site) -> {
            int stream = client.open(broken(site, more));
            client.data(stream, content, END_STREAM);
            return stream;
        });
    }

    private static List<Case> trailers() {
        return Stream.of(
                        new String[] {"a pseudo-field in trailers", ":path", "/good"},
                        new String[] {"a method in trailers", ":method", "GET"},
                        new String[] {"upper case in trailers", "X-Sum", "1"},
                        new String[] {"CR LF in a trailer", "x-sum", "1\r\nGET /smuggled HTTP/1.1"},
                        new String[] {"NUL in a trailer", "x-sum", "\0"},
                        new String[] {"blank before a trailer's value", "x-sum", " 1"},
                        new String[] {"colon in a trailer's name", "x:y", "1"},
                        new String[] {"transfer-encoding in trailers", "transfer-encoding", "chunked"},
                        new String[] {"connection in trailers", "connection", "close"},
                        new String[] {"length in trailers", "content-length", "3"},
                        new String[] {"host in trailers", "host", "other.test"})
                .map(row -> badContent(row[0], (client, site) -> {
                    int stream = client.open(broken(site));
                    client.data(stream, "abc", 0).trailers(stream, row[1], row[2]);
                    return stream;
                }))
                .toList();
    }

    private static List<Case> sound() {
        List<Case> cases = new ArrayList<>();
        cases.add(good("plain", (c, site) -> c.request(get(site)), "GET /x HTTP/1.1"));
        cases.add(good("a query", (c, site) -> c.request(pathOf("GET", site, "/x?y=1")), "GET /x?y=1 HTTP/1.1"));
        cases.add(good("encoded slash", (c, site) -> c.request(pathOf("GET", site, "/a%2Fb")), "GET /a%2Fb HTTP/1.1"));
        cases.add(good("what browsers leave raw", (c, s) -> c.request(pathOf("GET", s, "/a|b")), "GET /a|b HTTP/1.1"));
        cases.add(good("OPTIONS of all", (c, site) -> c.request(pathOf("OPTIONS", site, "*")), "OPTIONS * HTTP/1.1"));
        cases.add(good("unusual method", (c, s) -> c.request(pathOf("PROPFIND", s, "/x")), "PROPFIND /x HTTP/1.1"));
        cases.add(good("empty value", (c, site) -> c.request(get(site, "x-e", "")), "GET /x HTTP/1.1", "x-e: \r\n"));
        cases.add(
                good("colon in a value", (c, s) -> c.request(get(s, "x-e", "a:b")), "GET /x HTTP/1.1", "x-e: a:b\r\n"));
        cases.add(good(
                "blank and tab in a value",
                (c, s) -> c.request(get(s, "x-e", "a \tb")),
                "GET /x HTTP/1.1",
                "x-e: a \tb"));
        cases.add(good(
                "octets above ASCII",
                (c, s) -> c.request(get(s, "x-e", "\u00e9\u00ff")),
                "GET /x HTTP/1.1",
                "x-e: \u00e9\u00ff"));
        cases.add(good("te of trailers", (c, site) -> c.request(get(site, "te", "trailers")), "GET /x HTTP/1.1"));
        cases.add(good("host that is the same", (c, s) -> c.request(get(s, "host", s)), "GET /x HTTP/1.1"));
        cases.add(good(
                "a field twice",
                (c, s) -> c.request(get(s, "x-e", "1", "x-e", "2")),
                "GET /x HTTP/1.1",
                "x-e: 1\r\nx-e: 2\r\n"));
        cases.add(good(
                "cookie crumbs",
                (c, site) -> c.request(get(site, "cookie", "a=1", "x-e", "1", "cookie", "b=2", "cookie", "c=3")),
                "GET /x HTTP/1.1",
                "cookie: a=1; b=2; c=3\r\n"));
        cases.add(goodHead(
                "host instead of authority",
                "GET /x HTTP/1.1",
                List.of(),
                ":method",
                "GET",
                ":scheme",
                "http",
                ":path",
                "/x",
                "host",
                "SITE"));
        cases.add(goodHead(
                "pseudo-fields in another order",
                "GET /x HTTP/1.1",
                List.of(),
                ":path",
                "/x",
                ":authority",
                "SITE",
                ":scheme",
                "http",
                ":method",
                "GET"));
        cases.add(good(
                "content of a length",
                (client, site) -> {
                    int stream = client.open(post(site, "content-length", "5"));
                    client.data(stream, "hel", 0).data(stream, "lo", END_STREAM);
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Content-Length: 5\r\n",
                "hello"));
        cases.add(good(
                "content without a length",
                (client, site) -> {
                    int stream = client.open(post(site));
                    client.data(stream, "hello", END_STREAM);
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Transfer-Encoding: chunked\r\n",
                "5\r\nhello\r\n0\r\n\r\n"));
        cases.add(good(
                "content that looks like a request",
                (client, site) -> {
                    int stream = client.open(post(site, "content-length", "26"));
                    client.data(stream, "GET /smuggled HTTP/1.1\r\n\r\n", END_STREAM);
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Content-Length: 26\r\n"));
        cases.add(good(
                "content that looks like an end of chunks",
                (client, site) -> {
                    int stream = client.open(post(site));
                    client.data(stream, "0\r\n\r\n", END_STREAM);
                    return stream;
                },
                "POST /x HTTP/1.1",
                "5\r\n0\r\n\r\n\r\n0\r\n"));
        cases.add(good(
                "padded content",
                (client, site) -> {
                    int stream = client.open(post(site, "content-length", "2"));
                    client.frame(DATA, PADDED | END_STREAM, stream, new byte[] {3, 'o', 'k', 0, 0, 0});
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Content-Length: 2\r\n",
                "ok"));
        cases.add(good(
                "no content after all",
                (client, site) -> {
                    int stream = client.open(post(site, "content-length", "0"));
                    client.data(stream, "", END_STREAM);
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Content-Length: 0\r\n"));
        cases.add(good(
                "trailers",
                (client, site) -> {
                    int stream = client.open(post(site, "trailer", "x-sum"));
                    client.data(stream, "hello", 0)
                            .trailers(stream, "x-sum", "42", "te", "trailers", "x-forwarded-port", "1");
                    return stream;
                },
                "POST /x HTTP/1.1",
                "5\r\nhello\r\n0\r\nx-sum: 42\r\n\r\n"));
        cases.add(good(
                "trailers behind a length are left out",
                (client, site) -> {
                    int stream = client.open(post(site, "content-length", "5"));
                    client.data(stream, "hello", 0).trailers(stream, "x-sum", "42");
                    return stream;
                },
                "POST /x HTTP/1.1",
                "Content-Length: 5\r\n",
                "hello"));
        cases.add(good(
                "a block in three frames",
                (client, site) -> {
                    byte[] block = block(get(site, "x-e", "1"));
                    int stream = client.newStream();
                    client.frame(HEADERS, END_STREAM, stream, Arrays.copyOf(block, 7))
                            .frame(CONTINUATION, 0, stream, Arrays.copyOfRange(block, 7, 20))
                            .frame(CONTINUATION, END_HEADERS, stream, Arrays.copyOfRange(block, 20, block.length));
                    return stream;
                },
                "GET /x HTTP/1.1",
                "x-e: 1\r\n"));
        cases.add(good(
                "octet by octet",
                (client, site) -> {
                    byte[] block = block(get(site));
                    int stream = client.newStream();
                    byte[] frame = ("\0\0" + (char) block.length + "\001\005\0\0\0" + (char) stream)
                            .getBytes(StandardCharsets.ISO_8859_1);
                    for (byte octet : frame) {
                        client.octets(new byte[] {octet});
                    }
                    for (byte octet : block) {
                        client.octets(new byte[] {octet});
                    }
                    return stream;
                },
                "GET /x HTTP/1.1"));
        return cases;
    }

    static Stream<Arguments> cases() {
        List<Case> all = new ArrayList<>();
        List.of(names(), values(), connectionSpecific(), pseudoFields(), targets(), lengths(), trailers(), sound())
                .forEach(all::addAll);
        return Stream.concat(
                Stream.of("reverse", "tls", "forward")
                        .flatMap(listener -> all.stream().map(row -> Arguments.of(listener, row))),
                sound().stream().map(row -> Arguments.of("forward-tls", row)));
    }

    private RawHttp2 client(String listener) throws IOException {
        return switch (listener) {
            case "reverse" -> RawHttp2.clear(edge.reverse);
            case "tls" -> RawHttp2.tls(edge.tls);
            case "forward" -> RawHttp2.clear(edge.forward);
            default -> RawHttp2.tls(edge.forwardTls);
        };
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void theOriginSeesNothingOrTheOneRequest(String listener, Case row) throws IOException {
        try (RawHttp2 client = client(listener)) {
            int before = edge.malformed();
            int stream = row.sends().on(client, site);
            assertThat(client.outcome(stream)).isEqualTo(row.outcome());
            int next = client.request(pathOf("GET", site, "/good"));
            assertThat(client.outcome(next)).as("the next stream").isEqualTo("200");
            List<String> seen = origin.heads.stream()
                    .filter(head -> !head.startsWith("GET /good ") && !head.startsWith("POST /broken "))
                    .toList();
            boolean refused = row.outcome().equals(RESET);
            assertThat(edge.malformed() - before).as("counted").isEqualTo(refused ? 1 : 0);
            if (row.line().equals(NOTHING_WHOLE)) {
                assertThat(wholeThoughBroken).isEmpty();
            } else if (refused) {
                assertThat(seen).isEmpty();
            } else {
                assertThat(seen).hasSize(1);
                assertThat(seen.get(0)).startsWith(row.line() + "\r\n").containsOnlyOnce("\r\nHost: " + site + "\r\n");
                assertThat(row.holds()).allMatch((seen.get(0) + contents.get(0))::contains);
                assertThat(seen.get(0).toLowerCase(Locale.ROOT)).doesNotContain("\r\nte:");
            }
        }
    }
}
