package dev.weir.edge;

import static dev.weir.edge.Http2Case.get;
import static dev.weir.edge.Http2Case.good;
import static dev.weir.edge.Http2Case.goodHead;
import static dev.weir.edge.Http2Case.pathOf;
import static dev.weir.edge.Http2Case.post;
import static dev.weir.edge.RawHttp2.CONTINUATION;
import static dev.weir.edge.RawHttp2.DATA;
import static dev.weir.edge.RawHttp2.END_HEADERS;
import static dev.weir.edge.RawHttp2.END_STREAM;
import static dev.weir.edge.RawHttp2.HEADERS;
import static dev.weir.edge.RawHttp2.PADDED;
import static dev.weir.edge.RawHttp2.block;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests in HTTP/2 that an origin sees as one request each. */
final class SoundHttp2 {
    private SoundHttp2() {}

    static List<Http2Case> all() {
        List<Http2Case> cases = new ArrayList<>();
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
}
