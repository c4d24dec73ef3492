package dev.weir.edge.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private TestEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = TestEdge.clear();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (RawClient client = edge.client()) {
            client.sends("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=\"y\"\r\nde\r\n0\r\nX: y\r\n\r\n"
                    + "GET /4 HTTP/1.0\r\nHost: a\r\n\r\n");
            String all = client.receivesAll();
            assertThat(edge.noted()).containsExactly("GET /1 ", "POST /2 hello", "POST /3 abcde", "GET /4 ");
            assertThat(all.indexOf("<GET /1 >")).isPositive().isLessThan(all.indexOf("<POST /2 hello>"));
            assertThat(all.indexOf("<POST /2 hello>")).isLessThan(all.indexOf("<POST /3 abcde>"));
            assertThat(all).endsWith("<GET /4 >");
            assertThat(edge.refusals).isEmpty();
        }
    }
}
