package dev.weir.http.caching;

import static dev.weir.http.caching.PurgedMarks.Standing.GOOD;
import static dev.weir.http.caching.PurgedMarks.Standing.PURGED;
import static dev.weir.http.caching.PurgedMarks.Standing.SOFTENED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgedMarks.Standing;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PurgedMarksTest {
    private final AtomicLong clock = new AtomicLong(10);
    private final PurgedMarks purged = new PurgedMarks(3);

    private long note(String scope, boolean soft) {
        return purged.note(PurgeScope.parse(scope).orElseThrow(), soft, clock::incrementAndGet);
    }

    private Standing since(String tags, long number) {
        return purged.since(PurgeMarks.of("http://a.test/b", HeaderFields.of("Surrogate-Key", tags)), number);
    }

    @Test
    void judgesByTheLastPurgeOfEachMark() {
        assertThat(since("a b", 0)).isEqualTo(GOOD);
        long one = note("tag b", false);
        assertThat(since("a b", one - 1)).isEqualTo(PURGED);
        assertThat(since("a b", one)).isEqualTo(GOOD);
        assertThat(since("a c", one - 1)).isEqualTo(GOOD);
        long two = note("prefix http://a.test/b", true);
        assertThat(since("a c", one)).isEqualTo(SOFTENED);
        assertThat(since("a b", one - 1)).isEqualTo(PURGED);
        assertThat(since("a b", one)).isEqualTo(SOFTENED);
        assertThat(since("a b", two)).isEqualTo(GOOD);
        assertThat(purged.newest()).isEqualTo(two);
    }

    @Test
    void allMeetsWhateverIsOlder() {
        long one = note("all", true);
        assertThat(since("a", one - 1)).isEqualTo(SOFTENED);
        long two = note("all", false);
        assertThat(since("a", two - 1)).isEqualTo(PURGED);
        assertThat(since("a", two)).isEqualTo(GOOD);
    }

    @Test
    void tellsWhatWasPurgedUpToAMoment() {
        PurgeMarks marks = PurgeMarks.of("http://a.test/b", HeaderFields.of("Surrogate-Key", "a"));
        long one = note("tag a", false);
        assertThat(purged.purgedBetween(marks, one - 1, one)).isTrue();
        assertThat(purged.purgedBetween(marks, one, one)).isFalse();
        assertThat(purged.purgedBetween(marks, one - 1, one - 1)).isFalse();
        long two = note("all", false);
        assertThat(purged.purgedBetween(marks, one, one)).isFalse();
        assertThat(purged.purgedBetween(marks, one, two)).isTrue();
        long three = note("tag a", true);
        assertThat(purged.purgedBetween(marks, two, three)).isFalse();
    }

    @Test
    void whatIsOlderThanAForgottenPurgeIsPurged() {
        long one = note("tag a", false);
        for (int i = 0; i < 3; i++) {
            assertThat(since("z", one - 1)).isEqualTo(GOOD);
            var unused = note("tag t" + i, false);
        }
        assertThat(since("z", one - 1)).isEqualTo(PURGED);
        assertThat(since("z", one)).isEqualTo(GOOD);
        assertThat(since("t2", one)).isEqualTo(PURGED);
    }

    @Test
    void aPurgeThatCameAgainIsNotForgottenByItsFirst() {
        long one = note("tag a", false);
        for (int i = 0; i < 10; i++) {
            var unused = note("tag a", false);
        }
        assertThat(since("z", one - 1)).isEqualTo(GOOD);
        assertThat(since("a", clock.get() - 1)).isEqualTo(PURGED);
    }

    @Test
    void aForgottenSoftPurgeSoftens() {
        long one = note("tag a", true);
        for (String tag : new String[] {"tag b", "tag c", "tag d"}) {
            var unused = note(tag, false);
        }
        assertThat(since("z", one - 1)).isEqualTo(SOFTENED);
    }
}
