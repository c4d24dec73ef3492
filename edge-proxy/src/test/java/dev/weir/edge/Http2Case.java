package dev.weir.edge;

import static dev.weir.edge.RawHttp2.END_STREAM;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * An HTTP/2 request as a client may send it, and what comes of it.
 *
 * @param name what is special
 * @param sends the frames
 * @param outcome how its stream ends
 * @param line of the one request that the origin sees, or {@link #NOTHING}
 * @param holds what that request has in its head or content
 */
record Http2Case(String name, Sending sends, String outcome, String line, List<String> holds) {
    /** What the origin may see: nothing. */
    static final String NOTHING = "";

    /** What the origin may see: a request, but never its end. */
    static final String NOTHING_WHOLE = "-";

    static final String RESET = "reset 1";

    /** What a client sends behind its preface. */
    @FunctionalInterface
    interface Sending {
        /** Returns the stream whose outcome counts. */
        int on(RawHttp2 client, String site) throws IOException;
    }

    @Override
    public String toString() {
        return name;
    }

    // Field blocks to begin with.

    static String[] get(String site, String... more) {
        return with(new String[] {":method", "GET", ":scheme", "http", ":authority", site, ":path", "/x"}, more);
    }

    static String[] post(String site, String... more) {
        return with(new String[] {":method", "POST", ":scheme", "http", ":authority", site, ":path", "/x"}, more);
    }

    /** A path of its own: what comes of it may come late. */
    static String[] broken(String site, String... more) {
        return with(pathOf("POST", site, "/broken"), more);
    }

    static String[] pathOf(String method, String site, String path) {
        return new String[] {":method", method, ":scheme", "http", ":authority", site, ":path", path};
    }

    static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    /** A GET with these fields behind its pseudo-fields: malformed. */
    static Http2Case bad(String name, String... more) {
        return new Http2Case(name, (client, site) -> client.request(get(site, more)), RESET, NOTHING, List.of());
    }

    /** A head, without content, in which {@code SITE} stands for the origin's authority: malformed. */
    static Http2Case badHead(String name, String... fields) {
        return new Http2Case(name, (client, site) -> client.request(of(site, fields)), RESET, NOTHING, List.of());
    }

    static String[] of(String site, String... fields) {
        return Arrays.stream(fields).map(text -> text.replace("SITE", site)).toArray(String[]::new);
    }

    static Http2Case good(String name, Sending sends, String line, String... holds) {
        return new Http2Case(name, sends, "200", line, List.of(holds));
    }

    static Http2Case goodHead(String name, String line, List<String> holds, String... fields) {
        return new Http2Case(name, (client, site) -> client.request(of(site, fields)), "200", line, holds);
    }

    static Http2Case badContent(String name, Sending sends) {
        return new Http2Case(name, sends, RESET, NOTHING_WHOLE, List.of());
    }

    static String[] pair(String name, String value) {
        return new String[] {":method", "GET", ":scheme", "http", ":authority", "SITE", ":path", "/x", name, value};
    }

    static Http2Case badPath(String name, String path) {
        return badHead(name, pathOf("GET", "SITE", path));
    }

    static Http2Case badAuthority(String name, String authority) {
        return badHead(name, pathOf("GET", authority, "/x"));
    }

    static Http2Case badMethod(String name, String method) {
        return badHead(name, pathOf(method, "SITE", "/x"));
    }

    static Http2Case content(String name, String content, String... more) {
        return badContent(name, (client, site) -> {
            int stream = client.open(broken(site, more));
            client.data(stream, content, END_STREAM);
            return stream;
        });
    }
}
