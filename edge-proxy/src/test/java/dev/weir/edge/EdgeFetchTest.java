package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One fetch from the origin for all who ask for the same at the same time, on real sockets. */
class EdgeFetchTest extends SharedFetches {
    @Test
    void manyFollowOneFetchFromItsFirstOctet() throws IOException {
        Gate head = new Gate();
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhello");
            rest.pass();
            peer.send("world");
        });
        List<RawClient> asking = ask("/a", MANY);
        joined(MANY - 1);
        head.open();
        for (RawClient client : asking) {
            client.until("hello");
        }
        rest.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).isEqualTo("world");
        }
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(count("fetch", "led")).isEqualTo(1);
        assertThat(count("fetch-joined", "followed")).isEqualTo(MANY - 1);
        assertThat(asks("/a").rest()).contains("weir; hit");
        assertThat(edge.records(MANY + 1))
                .filteredOn(record -> "collapsed".equals(record.getString("cache")))
                .hasSize(MANY - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-store", "Cache-Control: no-cache, max-age=60\r\nETag: \"1\""})
    void whatIsNotSharedReleasesAllAtOnceAndNobodyQueuesAgain(String fields) throws IOException {
        Gate head = new Gate();
        Gate rest = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/private", peer -> {
            (asked.incrementAndGet() == 1 ? head : rest).pass();
            peer.send("HTTP/1.1 200 OK\r\n" + fields + "\r\nContent-Length: 2\r\n\r\nme");
        });
        List<RawClient> asking = ask("/private", MANY);
        joined(MANY - 1);
        EdgeRig.until(() -> asked.get() > 0);
        assertThat(asked).hasValue(1);
        head.open();
        EdgeRig.until(() -> asked.get() == MANY);
        assertThat(count("fetch-joined", "released")).isEqualTo(MANY - 1);
        asking.addAll(ask("/private", 3));
        EdgeRig.until(() -> asked.get() == MANY + 3);
        assertThat(count("fetch", "unshared-lately")).isEqualTo(3);
        rest.open();
        for (RawClient client : asking) {
            assertThat(client.rest())
                    .endsWith("\r\n\r\nme")
                    .contains("weir; fwd=")
                    .doesNotContain("collapsed");
        }
    }

    @Test
    void goesOnWithoutWhoBeganIt() throws IOException {
        Gate head = new Gate();
        Gate middle = new Gate();
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhel");
            middle.pass();
            peer.send("lo");
            rest.pass();
            peer.send("world");
        });
        RawClient leader = asks("/a");
        EdgeRig.until(() -> count("fetch", "led") == 1);
        List<RawClient> others = ask("/a", 3);
        joined(3);
        leader.resets();
        head.open();
        others.get(0).until("hel");
        others.get(0).resets();
        middle.open();
        others.get(1).until("hello");
        others.add(asks("/a"));
        joined(4);
        rest.open();
        assertThat(others.get(1).rest()).isEqualTo("world");
        assertThat(others.get(2).rest()).endsWith("helloworld");
        assertThat(others.get(3).rest()).endsWith("helloworld").contains("collapsed");
        assertThat(origin.heads("/a")).hasSize(1);
        assertThat(edge.records(5))
                .filteredOn(record -> "client-closed".equals(record.getString("termination")))
                .hasSize(2);
    }

    @Test
    void endsWithTheLastWhoIsInterested() throws IOException {
        Gate head = new Gate();
        origin.on("/before", peer -> {
                    peer.untilGone();
                    peer.finish();
                })
                .on("/within", peer -> {
                    peer.send(MAX_AGE + "Content-Length: 10\r\n\r\nhello");
                    head.open();
                    peer.untilGone();
                    peer.finish();
                });
        List<RawClient> early = ask("/before", 3);
        joined(2);
        for (RawClient client : early) {
            client.resets();
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
        List<RawClient> late = ask("/within", 3);
        joined(4);
        for (RawClient client : late) {
            client.until("hello");
        }
        for (RawClient client : late) {
            client.resets();
        }
        EdgeRig.until(() -> origin.gone.get() == 2);
        edge.settles();
        origin.serves("/within", FRESH, "fresh");
        assertThat(asks("/within").rest()).endsWith("fresh").contains("fwd=miss");
    }

    @Test
    void eachVariantIsFetchedOnce() throws IOException {
        Gate head = new Gate();
        origin.on("/v", peer -> {
            head.pass();
            String which = peer.head.contains("X-A: 1") ? "one" : "two";
            peer.send(MAX_AGE + "Vary: X-A\r\nContent-Length: 3\r\n\r\n" + which);
        });
        List<RawClient> ones = ask("/v", 5, "X-A: 1\r\n");
        List<RawClient> twos = ask("/v", 5, "X-A: 2\r\n");
        joined(9);
        head.open();
        for (RawClient client : ones) {
            assertThat(client.rest()).endsWith("one");
        }
        for (RawClient client : twos) {
            assertThat(client.rest()).endsWith("two");
        }
        assertThat(origin.heads("/v")).hasSize(2);
    }

    @Test
    void nobodyJoinsWhatWasPurgedAndNothingOfItIsStored() throws IOException {
        Gate rest = new Gate();
        AtomicInteger asked = new AtomicInteger();
        origin.on("/p", peer -> {
            if (peer.head.startsWith("POST")) {
                peer.body();
                peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            } else if (asked.incrementAndGet() == 1) {
                peer.send(MAX_AGE + "Content-Length: 6\r\n\r\nold");
                rest.pass();
                peer.send("old");
            } else {
                peer.send(MAX_AGE + "Content-Length: 3\r\n\r\nnew");
            }
        });
        List<RawClient> before = ask("/p", 3);
        joined(2);
        before.get(0).until("old");
        try (RawClient client = edge.client()) {
            client.sends("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
            assertThat(client.rest()).startsWith("HTTP/1.1 204");
        }
        assertThat(asks("/p").rest()).endsWith("new").contains("fwd=miss");
        rest.open();
        assertThat(before.get(0).rest()).isEqualTo("old");
        assertThat(before.get(1).rest()).endsWith("oldold");
        assertThat(before.get(2).rest()).endsWith("oldold");
        assertThat(asks("/p").rest()).endsWith("new").contains("weir; hit");
        assertThat(asked).hasValue(2);
    }

    @Test
    void oneConfirmationIsForAll() throws IOException {
        origin.serves("/c", FRESH + "ETag: \"1\"\r\n", "hello");
        assertThat(asks("/c").rest()).endsWith("hello");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        origin.on("/c", peer -> {
            assertThat(peer.head).contains("If-None-Match: \"1\"");
            head.pass();
            peer.send("HTTP/1.1 304 Not Modified\r\n" + FRESH + "ETag: \"1\"\r\n\r\n");
        });
        List<RawClient> asking = ask("/c", MANY);
        RawClient conditional = asks("/c", "If-None-Match: \"1\"\r\n");
        joined(MANY);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest())
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hello")
                    .contains("Age: 0\r\n");
        }
        assertThat(conditional.rest()).startsWith("HTTP/1.1 304 ");
        assertThat(origin.heads("/c")).hasSize(2);
        assertThat(count("fetch-joined", "again")).isEqualTo(MANY);
    }

    @Test
    void moreThanMayWaitGoByThemselves() throws IOException {
        Gate head = new Gate();
        origin.on("/cap", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Length: 2\r\n\r\nok");
        });
        List<RawClient> asking = ask("/cap", 43);
        EdgeRig.until(() -> origin.heads("/cap").size() == 4);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).endsWith("ok");
        }
        assertThat(count("fetch", "full")).isEqualTo(3);
        assertThat(count("fetch", "joined")).isEqualTo(39);
    }

    @Test
    void whoWantsAnAnswerOfItsOwnAsksByItself() throws IOException {
        Gate head = new Gate();
        origin.on("/own", peer -> {
            if (!peer.head.contains("no-cache")) {
                head.pass();
            }
            peer.send(MAX_AGE + "Content-Length: 2\r\n\r\nok");
        });
        RawClient leader = asks("/own");
        EdgeRig.until(() -> count("fetch", "led") == 1);
        assertThat(asks("/own", "Cache-Control: no-cache\r\n").rest()).endsWith("ok");
        assertThat(origin.heads("/own")).hasSize(2);
        head.open();
        assertThat(leader.rest()).endsWith("ok");
    }

    @Test
    void staleIsServedMeanwhileAndRenewedOnce() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-while-revalidate=600\r\nETag: \"1\"\r\n";
        origin.serves("/swr", lenient, "old").serves("/304", lenient, "same");
        assertThat(asks("/swr").rest()).endsWith("old");
        assertThat(asks("/304").rest()).endsWith("same");
        edge.passes(Duration.ofSeconds(61));
        Gate head = new Gate();
        origin.on("/swr", peer -> {
                    assertThat(peer.head)
                            .startsWith("GET ")
                            .contains("If-None-Match: \"1\"")
                            .doesNotContain("no-store");
                    head.pass();
                    peer.send(MAX_AGE + "Content-Length: 3\r\n\r\nnew");
                })
                .on("/304", peer -> {
                    head.pass();
                    peer.send("HTTP/1.1 304 Not Modified\r\n" + lenient + "\r\n");
                });
        for (int i = 0; i < 3; i++) {
            // What this client forbids for its own answer doesn't keep others from a new one.
            assertThat(asks("/swr", "Cache-Control: no-store\r\n").rest())
                    .endsWith("old")
                    .contains("weir; hit; ttl=-1");
            assertThat(asks("/304", "Range: bytes=0-1\r\n").rest())
                    .startsWith("HTTP/1.1 206 ")
                    .endsWith("\r\n\r\nsa");
        }
        EdgeRig.until(
                () -> origin.heads("/swr").size() == 2 && origin.heads("/304").size() == 2);
        RawClient strict = asks("/swr", "Cache-Control: max-age=3600\r\n");
        joined(1);
        head.open();
        assertThat(strict.rest()).endsWith("new").contains("collapsed");
        EdgeRig.until(() -> count("renewal", "done") == 2);
        assertThat(asks("/swr").rest()).endsWith("new").contains("weir; hit; ttl=60");
        assertThat(asks("/304").rest()).endsWith("same").contains("weir; hit; ttl=60");
        assertThat(origin.heads("/swr")).hasSize(2);
        assertThat(origin.heads("/304")).hasSize(2);
    }

    @Test
    void whatCannotBeRenewedIsLeftAloneForAWhile() throws IOException {
        String lenient = "Cache-Control: max-age=60, stale-while-revalidate=600\r\n";
        origin.serves("/down", lenient, "old").serves("/gone", lenient, "old");
        assertThat(asks("/down").rest()).endsWith("old");
        assertThat(asks("/gone").rest()).endsWith("old");
        edge.passes(Duration.ofSeconds(61));
        origin.answers("/down", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
                .on("/gone", Origin.Peer::breaksOff);
        assertThat(asks("/down").rest()).endsWith("old");
        assertThat(asks("/gone").rest()).endsWith("old");
        EdgeRig.until(() -> count("renewal", "failed") == 2);
        int asked = origin.heads.size();
        for (int i = 0; i < 5; i++) {
            assertThat(asks("/down").rest()).endsWith("old");
            assertThat(asks("/gone").rest()).endsWith("old");
        }
        assertThat(count("renewal", "begun")).isEqualTo(2);
        assertThat(origin.heads).hasSize(asked);
    }

    @Test
    void streamsOfHttp2FollowTheSameFetch() throws IOException {
        Gate rest = new Gate();
        origin.on("/a", peer -> {
            peer.send(MAX_AGE + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            rest.pass();
            peer.send("5\r\nworld\r\n0\r\nChecked: yes\r\n\r\n");
        });
        RawClient leader = asks("/a");
        leader.until("hello");
        try (RawHttp2 client = RawHttp2.clear(edge.reverse)) {
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(client.request(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/a"));
            }
            for (int stream : streams) {
                client.until(stream, seen -> seen.content().equals("hello"));
            }
            rest.open();
            for (int stream : streams) {
                assertThat(client.outcome(stream)).isEqualTo("200");
                assertThat(client.stream(stream).content()).isEqualTo("helloworld");
                assertThat(client.stream(stream).trailers).containsEntry("checked", "yes");
            }
        }
        assertThat(leader.rest()).contains("world").endsWith("0\r\nChecked: yes\r\n\r\n");
        assertThat(origin.heads("/a")).hasSize(1);
    }

    @Test
    void permissionIsNotSharedByThoseWhoFollow() throws IOException {
        edge.enforce("""
                rules: [{ name: no-exe, when: { response-type: [application/x-msdownload], path: /exe }, then: { deny: { status: 451 } } }]
                default: allow
                """);
        Gate head = new Gate();
        origin.on("/exe", peer -> {
            head.pass();
            peer.send(MAX_AGE + "Content-Type: application/x-msdownload\r\nContent-Length: 2\r\n\r\n");
            peer.untilGone();
        });
        List<RawClient> asking = ask("/exe", 3);
        joined(2);
        head.open();
        for (RawClient client : asking) {
            assertThat(client.rest()).startsWith("HTTP/1.1 451 ");
        }
        EdgeRig.until(() -> origin.gone.get() == 1);
    }
}
