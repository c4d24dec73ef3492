package dev.weir.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.fuzz.Texts;
import io.vertx.core.MultiMap;
import java.util.List;

/** What is asked of the log over the admin API: from, to, limit, cursor and a condition, a line each. */
class AuditApiFuzzTest {
    @FuzzTest
    void queries(byte[] data) {
        List<String> lines = Texts.lines(data);
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        String[] names = {"from", "to", "limit", "cursor", "kind"};
        for (int i = 0; i < lines.size() && i < names.length; i++) {
            if (!lines.get(i).isEmpty()) {
                parameters.add(names[i], lines.get(i));
            }
        }
        try {
            AuditQuery query = AuditApi.query(parameters, true);
            assertThat(query.limit()).isBetween(1, 1000);
            assertThat(query.newest()).isEqualTo(query.cursor().isEmpty());
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("expected");
        }
    }
}
