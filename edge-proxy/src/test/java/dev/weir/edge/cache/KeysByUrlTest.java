package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.caching.CacheKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The keys of one URL, few or many. */
class KeysByUrlTest {
    private static final String URL = "http://a.test/";

    private final KeysByUrl keys = new KeysByUrl();

    private static CacheKey key(String zone) {
        return new CacheKey(zone, "http", "a.test", "/", "");
    }

    private static CacheKey post(int content) {
        return key("z~post-" + content);
    }

    @Test
    void fewAndManyAreKeptAndGo() {
        List<CacheKey> added = new ArrayList<>();
        for (int i = 0; i < 3 * KeysByUrl.FEW; i++) {
            keys.add(URL, key("z" + i));
            keys.add(URL, key("z" + i));
            added.add(key("z" + i));
            assertThat(keys.of(URL)).containsExactlyInAnyOrderElementsOf(added);
        }
        keys.add("http://b.test/", key("other"));
        List<CacheKey> all = new ArrayList<>();
        keys.forEach(all::add);
        assertThat(all).hasSize(added.size() + 1).containsAll(added);
        while (!added.isEmpty()) {
            keys.remove(URL, key("unknown"));
            keys.remove(URL, added.remove(added.size() - 1));
            assertThat(keys.of(URL)).containsExactlyInAnyOrderElementsOf(added);
        }
        keys.add(URL, key("anew"));
        assertThat(keys.of(URL)).containsExactly(key("anew"));
    }

    @Test
    void whoGoesThroughThemMayRemoveThem() {
        for (int i = 0; i < 100; i++) {
            keys.add(URL, post(i));
        }
        for (CacheKey each : keys.of(URL)) {
            keys.remove(URL, each);
        }
        assertThat(keys.of(URL)).isEmpty();
    }

    @Test
    void contentsOfPostAreBounded() {
        keys.add(URL, key("z"));
        for (int i = 0; i < KeysByUrl.MOST_POSTS - 1; i++) {
            assertThat(keys.surplus(URL, post(i))).isEmpty();
            keys.add(URL, post(i));
        }
        assertThat(keys.surplus(URL, post(7))).as("is there already").isEmpty();
        assertThat(keys.surplus(URL, key("y"))).as("of no POST").isEmpty();
        CacheKey surplus = keys.surplus(URL, post(-1)).orElseThrow();
        assertThat(surplus.zone()).startsWith("z~post-");
        keys.remove(URL, surplus);
        assertThat(keys.surplus(URL, post(-1))).isEmpty();
    }
}
