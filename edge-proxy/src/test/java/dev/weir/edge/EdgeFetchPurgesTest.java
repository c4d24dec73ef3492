package dev.weir.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheLookupReply;
import dev.weir.contracts.cache.PurgePair;
import dev.weir.contracts.cache.ScopeNotice;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who joins whose fetch while something is purged, or the edge doesn't know what was. */
class EdgeFetchPurgesTest extends SharedFetches {
    private static final SequencePair FIRST = new SequencePair(9, 1);

    private volatile Promise<CacheLookupReply> tier = Promise.promise();

    @BeforeEach
    void knowsOfAllPurges() {
        edge.bus().publish(Addresses.CACHE_PAIR, new PurgePair(FIRST));
        EdgeRig.until(() -> count("purge", "cleared-all") == 1);
    }

    @ParameterizedTest
    @CsvSource({
        "prefix http://a/b, 1",
        "prefix http://a/a, 2",
        "group http://b g, 1",
        "group http://a g, 2",
        "url http://a/b, 1",
        "url http://a/a, 2",
        "tag t, 2"
    })
    void aPurgeKeepsFromJoiningWhatItMayBeOf(String purged, int fetches) throws IOException {
        Gate head = new Gate();
        origin.on("/a", peer -> {
            head.pass();
            peer.send(Origin.ok(FRESH, "hello"));
        });
        RawClient first = asks("/a");
        EdgeRig.until(() -> count("fetch", "led") == 1);
        PurgeScope scope = PurgeScope.parse(purged).orElseThrow();
        edge.bus().publish(Addresses.CACHE_PURGED_SCOPE, new ScopeNotice(FIRST.next(), scope, false));
        EdgeRig.until(() -> count("purge", "wide") + count("purge", "nothing-stored") > 0);
        RawClient second = asks("/a");
        EdgeRig.until(() -> count("fetch", "led") + count("fetch", "joined") == 2);
        head.open();
        assertThat(first.rest()).endsWith("hello");
        assertThat(second.rest()).endsWith("hello");
        assertThat(origin.heads("/a")).hasSize(fetches);
    }

    /** It may have been too much for this edge to keep. */
    @Test
    void whoWaitedLooksThereWhereTheLeaderFoundIt() throws IOException {
        edge.plays(Addresses.CACHE_LOOKUP, asked -> tier.future());
        StringBuilder tags = new StringBuilder("t");
        for (int i = 0; i < PurgeMarks.MOST_NAMES; i++) {
            tags.append(" t").append(i);
        }
        HeaderFields fields = HeaderFields.of("Cache-Control", "max-age=60", "Surrogate-Key", tags.toString());
        CacheLookupReply hit =
                new CacheLookupReply.Hit(200, fields, List.of(), 5, 0, false, FIRST, Buffer.buffer("there"));
        boolean inTime = false;
        for (int i = 0; i < 4 && !inTime; i++) {
            inTime = allFind("/a" + i, hit);
        }
        assertThat(inTime).isTrue();
    }

    /** False if the machine was too slow for the time that a request has for the shared tier. */
    private boolean allFind(String path, CacheLookupReply hit) throws IOException {
        int late = count("shared-lookup", "late");
        int before = count("fetch", "joined");
        tier = Promise.promise();
        List<RawClient> asking = ask(path, 4);
        EdgeRig.until(() -> count("fetch", "joined") == before + 3 || count("shared-lookup", "late") > late);
        tier.complete(hit);
        List<String> answers = new ArrayList<>();
        for (RawClient client : asking) {
            answers.add(client.rest());
        }
        if (count("shared-lookup", "late") > late) {
            return false;
        }
        assertThat(answers)
                .allSatisfy(each -> assertThat(each).contains("weir; hit").endsWith("there"));
        assertThat(origin.heads(path)).isEmpty();
        return true;
    }
}
