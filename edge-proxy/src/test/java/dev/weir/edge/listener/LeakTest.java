package dev.weir.edge.listener;

import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every way to end a connection gives its buffers back: {@code LeakCheck} looks when this class is over. */
class LeakTest {
    private static final List<String> WAYS = List.of(
            "",
            "\r",
            "\r\n",
            "GET / HT",
            "PRI * HTTP/2.0\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/1.1\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nhello",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz",
            "CONNECT bad:443 HTTP/1.1\r\nHost: bad\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT good:443 HTTP/1.1\r\nHost: good\r\n\r\nearly bytes",
            "GET /pending HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");

    @Test
    void whateverTheConnectionEndsIn() throws Exception {
        TestEdge edge = TestEdge.clear((e, request) -> {
            if (request.path() != null && request.path().equals("/pending")) {
                return;
            }
            if (request.method().equals(HttpMethod.CONNECT) && request.uri().startsWith("good")) {
                Takeover.accept(request)
                        .onSuccess(socket -> socket.handler(bytes -> {}))
                        .onFailure(e.failures::add);
            } else if (request.method().equals(HttpMethod.CONNECT)) {
                request.response().setStatusCode(502).end().onFailure(e.failures::add);
            } else {
                TestEdge.echo(e, request);
            }
        });
        for (int round = 0; round < 20; round++) {
            for (String way : WAYS) {
                try (RawClient client = edge.client()) {
                    client.sends(way);
                    if (round % 2 == 0) {
                        client.sends("x");
                    }
                } catch (IOException e) {
                    // Closed by the edge while we were still sending: one of the ways.
                    edge.failures.add(e);
                }
            }
        }
        edge.close();
    }
}
