package dev.weir.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeMarks;
import dev.weir.http.caching.PurgeScope;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecentPurgesTest {
    private final AtomicLong millis = new AtomicLong(1_000);
    private final RecentPurges purges = new RecentPurges(100, () -> Instant.ofEpochMilli(millis.get()));

    /** What is only just being fetched may turn out to have any tag, and any group of its origin; its URL is known. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # purge                    | fetched               | may have taken it
            url http://site/a          | http://site/a         | true
            url http://site/a          | http://site/a?b       | false
            prefix http://site/a/      | http://site/a         | true
            prefix http://site/a/      | http://site/a/b?c     | true
            prefix http://site/a/      | http://site/ab        | false
            prefix http://site/        | http://site/          | true
            prefix http://site/        | http://other/         | false
            prefix http://site/        | https://site/         | false
            group http://site g        | http://site/a/b       | true
            group http://site g        | http://site/          | true
            group http://site a b      | http://site/          | true
            group http://site g        | http://site:8080/     | false
            group http://site g        | http://other/site/    | false
            group http://site:8080 g   | http://site:8080/a    | true
            tag t                      | http://site/a         | true
            all                        | http://site/a         | true
            """)
    void whatIsKnownByItsUrlAloneIsJudgedByThat(String purge, String url, boolean taken) {
        long began = purges.now();
        purges.record(PurgeScope.parse(purge).orElseThrow(), false);
        assertThat(purges.purgedSince(url, began)).isEqualTo(taken);
        assertThat(purges.purgedSince(url, purges.now())).isFalse();
        began = purges.now();
        purges.record(PurgeScope.parse(purge).orElseThrow(), true);
        assertThat(purges.purgedSince(url, began)).as("softly").isEqualTo(taken);
    }

    /** Whatever a purge makes of a response once its head is there was to be feared before. */
    @ParameterizedTest
    @CsvSource({
        "tag t",
        "prefix http://site/a/",
        "prefix http://site/",
        "group http://site g",
        "all",
        "url http://site/a"
    })
    void nothingIsTakenThatWasNotToBeFeared(String purge) {
        HeaderFields head = HeaderFields.of("Surrogate-Key", "t", "Cache-Groups", "\"g\"");
        PurgeMarks marks = PurgeMarks.of("http://site/a", head);
        long began = purges.now();
        assertThat(purges.purgedSince("http://site/a", marks, began)).isFalse();
        purges.record(PurgeScope.parse(purge).orElseThrow(), false);
        assertThat(purges.purgedSince("http://site/a", marks, began)).isTrue();
        assertThat(purges.purgedSince("http://site/a", began)).isTrue();
    }

    @Test
    void whatPurgesWereForgottenSinceMayHaveBeenTaken() {
        long began = purges.now();
        for (int i = 0; i < 101; i++) {
            purges.record(PurgeScope.parse("prefix http://site/" + i + '/').orElseThrow(), false);
        }
        assertThat(purges.purgedSince("http://other/", began)).isTrue();
    }

    @Test
    void knowsSinceWhenWhatWasJudgedBeforeASoftPurgeIsStale() {
        long began = purges.now();
        PurgeScope scope = PurgeScope.tag("t").orElseThrow();
        purges.record(scope, false);
        millis.set(2_000);
        purges.record(scope, true);
        long between = purges.now();
        millis.set(3_000);
        purges.record(PurgeScope.ALL, true);
        assertThat(purges.softenedSince(began)).isEqualTo(2_000);
        assertThat(purges.softenedSince(between)).isEqualTo(3_000);
        for (int i = 0; i < 98; i++) {
            purges.record(scope, true);
        }
        assertThat(purges.softenedSince(began)).isEqualTo(2_000);
        purges.record(scope, true);
        assertThat(purges.softenedSince(began)).as("forgotten").isEqualTo(RecentPurges.LONG_AGO);
        assertThat(purges.softenedSince(between)).isEqualTo(3_000);
    }

    @Test
    void whileSomePurgeIsMissingWhatBeganBeforeMayBeWhatItTook() {
        long before = purges.now();
        assertThat(purges.isMissingSince(before)).isFalse();
        purges.missing();
        long behind = purges.now();
        assertThat(purges.isMissingSince(before)).isTrue();
        assertThat(purges.isMissingSince(behind)).isFalse();
        purges.missing();
        assertThat(purges.isMissingSince(behind)).isTrue();
        purges.complete();
        assertThat(purges.isMissingSince(before)).isFalse();
    }
}
