package dev.weir.edge;

import static dev.weir.edge.Http2Case.bad;
import static dev.weir.edge.Http2Case.badAuthority;
import static dev.weir.edge.Http2Case.badContent;
import static dev.weir.edge.Http2Case.badHead;
import static dev.weir.edge.Http2Case.badMethod;
import static dev.weir.edge.Http2Case.badPath;
import static dev.weir.edge.Http2Case.broken;
import static dev.weir.edge.Http2Case.content;
import static dev.weir.edge.Http2Case.pair;
import static dev.weir.edge.Http2Case.pathOf;
import static dev.weir.edge.Http2Case.with;
import static dev.weir.edge.RawHttp2.END_STREAM;

import java.util.List;
import java.util.stream.Stream;

/** Requests in HTTP/2 that no origin may see (RFC 9113 §8). */
final class MalformedHttp2 {
    private MalformedHttp2() {}

    static List<Http2Case> all() {
        return Stream.of(names(), values(), connectionSpecific(), pseudoFields(), targets(), lengths(), trailers())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Http2Case> names() {
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

    private static List<Http2Case> values() {
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

    private static List<Http2Case> connectionSpecific() {
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

    private static List<Http2Case> pseudoFields() {
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

    private static List<Http2Case> targets() {
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

    private static List<Http2Case> lengths() {
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

    private static List<Http2Case> trailers() {
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
}
