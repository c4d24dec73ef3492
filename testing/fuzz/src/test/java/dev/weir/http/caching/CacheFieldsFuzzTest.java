package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.http.HeaderFields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What says whether and for whom an answer may be stored; Cache-Control, Expires, Date, Age, Vary and others, a line each. */
class CacheFieldsFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final String[] NAMES = {
        "Cache-Control", "Expires", "Date", "Age", "Vary", "Last-Modified", "Pragma", "Accept-Encoding"
    };

    @FuzzTest
    void fields(byte[] data) {
        List<String> lines = Texts.lines(data);
        HeaderFields.Builder builder = HeaderFields.builder();
        for (int i = 0; i < lines.size(); i++) {
            builder.add(NAMES[i % NAMES.length], lines.get(i));
        }
        HeaderFields fields = builder.build();
        directives(CacheDirectives.ofResponse(fields));
        directives(CacheDirectives.ofRequest(fields));
        vary(fields);
        StoredHead head = StoredHead.received(200, fields, NOW.minusMillis(5), NOW);
        Freshness freshness = Freshness.of(head);
        assertThat(freshness.lifetimeSeconds()).isNotNegative();
        assertThat(freshness.initialAgeMillis()).isNotNegative();
        assertThat(freshness.isFresh(NOW)).isEqualTo(freshness.stalenessMillis(NOW) < 0);
        assertThat(freshness.ageSeconds(NOW.plusSeconds(10))).isEqualTo(freshness.ageSeconds(NOW) + 10);
        if (freshness.isFresh(NOW)) {
            assertThat(freshness.remainingSeconds(NOW)).isNotNegative();
        }
        if (CacheDirectives.ofResponse(fields).has(Directive.NO_CACHE)) {
            assertThat(Reuse.allowsStaleWhenDisconnected(
                            CacheDirectives.ofRequest(HeaderFields.empty()), freshness, Duration.ofDays(1), NOW))
                    .isFalse();
        }
    }

    private static void directives(CacheDirectives directives) {
        HeaderFields written = HeaderFields.of("Cache-Control", directives.toString());
        assertThat(CacheDirectives.ofResponse(written)).isEqualTo(directives);
        for (Directive directive : Directive.values()) {
            directives.seconds(directive).ifPresent(said -> assertThat(said).isBetween(0L, 1L << 31));
        }
    }

    private static void vary(HeaderFields fields) {
        Vary vary = Vary.of(fields);
        assertThat(vary.names()).isSorted().doesNotHaveDuplicates();
        assertThat(vary.names()).allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
        if (!vary.isAny()) {
            assertThat(vary.matches(fields, vary.variant(fields))).isTrue();
            HeaderFields written = HeaderFields.of("Vary", String.join(", ", vary.names()));
            assertThat(Vary.of(written)).isEqualTo(vary);
        }
        for (String name : vary.names()) {
            HeaderFields without = fields.without(name::equalsIgnoreCase);
            if (fields.contains(name)) {
                assertThat(vary.matches(without, vary.variant(fields))).isFalse();
            }
        }
    }
}
