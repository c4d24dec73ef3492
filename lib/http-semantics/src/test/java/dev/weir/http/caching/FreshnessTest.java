package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreshnessTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.2.1 # 200 # Cache-Control=max-age=60                                   # 60    # MAX_AGE
            9111 §4.2.1 # 200 # Cache-Control=max-age=60, s-maxage=90                      # 90    # S_MAXAGE
            9111 §4.2.1 # 200 # Cache-Control=s-maxage=0, max-age=60                       # 0     # S_MAXAGE
            9111 §4.2.1 # 200 # Cache-Control=max-age=x;Expires=Sat, 10 Jan 2026 01:00:00 GMT # 0  # MAX_AGE
            9111 §4.2.1 # 200 # Cache-Control=max-age=60, s-maxage=x                       # 0     # S_MAXAGE
            9111 §5.3   # 200 # Cache-Control=max-age=60;Expires=Sat, 10 Jan 2026 01:00:00 GMT # 60 # MAX_AGE
            9111 §5.3   # 200 # Expires=Sat, 10 Jan 2026 01:00:00 GMT                      # 3600  # EXPIRES
            9111 §5.3   # 200 # Expires=Sat, 10 Jan 2026 01:00:00 GMT;Date=Sat, 10 Jan 2026 00:30:00 GMT # 1800 # EXPIRES
            9111 §5.3   # 200 # Expires=Sat, 10 Jan 2026 00:00:00 GMT                      # 0     # EXPIRES
            9111 §5.3   # 200 # Expires=Thu, 01 Jan 2026 00:00:00 GMT                      # 0     # EXPIRES
            9111 §5.3   # 200 # Expires=0                                                  # 0     # EXPIRES
            9111 §5.3   # 200 # Expires=0;Last-Modified=Thu, 01 Jan 2026 00:00:00 GMT      # 0     # EXPIRES
            9111 §4.2   # 200 # Expires=Sat, 10 Jan 2026 01:00:00 UTC                      # 0     # EXPIRES
            9111 §4.2.1 # 200 # Expires=Sat, 10 Jan 2026 01:00:00 GMT;Expires=Sat, 10 Jan 2026 02:00:00 GMT # 0 # EXPIRES
            9111 §4.2.1 # 200 # Expires=Sat, 10 Jan 2026 01:00:00 GMT;Expires=Sat, 10 Jan 2026 01:00:00 GMT # 3600 # EXPIRES
            9111 §4.2.2 # 200 # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT                # 360   # HEURISTIC
            9111 §4.2.2 # 200 # Last-Modified=Sat, 10 Jan 2015 00:00:00 GMT                # 86400 # HEURISTIC
            9111 §4.2.2 # 404 # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT                # 360   # HEURISTIC
            9111 §4.2.2 # 302 # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT                # 0     # NONE
            9111 §4.2.2 # 302 # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT;Cache-Control=public # 360 # HEURISTIC
            9111 §4.2.2 # 200 # Last-Modified=Sun, 11 Jan 2026 00:00:00 GMT                # 0     # NONE
            9111 §4.2.2 # 200 # ''                                                         # 0     # NONE
            """)
    void lifetime(String rfc, int status, String fields, long seconds, Freshness.Basis basis) {
        Freshness freshness = Freshness.of(Heads.head(status, fields));
        assertThat(freshness.lifetimeSeconds()).as(rfc).isEqualTo(seconds);
        assertThat(freshness.basis()).as(rfc).isEqualTo(basis);
    }

    /** Requested at second 10, received at second 12, asked at second 15, all after midnight. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.2.3 # Date=Sat, 10 Jan 2026 00:00:12 GMT          # 5
            9111 §4.2.3 # Date=Sat, 10 Jan 2026 00:00:02 GMT          # 13
            9111 §4.2.3 # Date=Sat, 10 Jan 2026 00:00:30 GMT          # 5
            9111 §4.2.3 # Date=Sat, 10 Jan 2026 00:00:12 GMT;Age=100  # 105
            9111 §4.2.3 # Date=Sat, 10 Jan 2026 00:00:02 GMT;Age=3    # 13
            9111 §4.2.3 # ''                                          # 5
            9111 §4.2.3 # Date=junk                                   # 5
            9111 §5.1   # Age=7, 100                                  # 12
            9111 §5.1   # Age=7;Age=100                               # 12
            9111 §5.1   # Age=-7                                      # 5
            9111 §5.1   # Age=7.5                                     # 5
            9111 §5.1   # Age=old                                     # 5
            9111 §1.2.2 # Age=99999999999                             # 2147483653
            """)
    void age(String rfc, String fields, long seconds) {
        StoredHead head =
                StoredHead.received(200, Heads.fields(fields), Heads.DATE.plusSeconds(10), Heads.DATE.plusSeconds(12));
        assertThat(Freshness.of(head).ageSeconds(Heads.DATE.plusSeconds(15)))
                .as(rfc)
                .isEqualTo(seconds);
    }

    @Test
    void isFreshUntilTheAgeReachesTheLifetime() {
        Freshness freshness = Freshness.of(Heads.head(200, "Cache-Control=max-age=60"));
        assertThat(freshness.isFresh(Heads.DATE.plusMillis(59_999))).isTrue();
        assertThat(freshness.isFresh(Heads.DATE.plusSeconds(60))).isFalse();
        assertThat(freshness.remainingSeconds(Heads.DATE.plusSeconds(50))).isEqualTo(10);
        assertThat(freshness.remainingSeconds(Heads.DATE.plusSeconds(70))).isEqualTo(-10);
    }

    @Test
    void aClockThatWentBackDoesntMakeItYounger() {
        Freshness freshness = Freshness.of(Heads.head(200, "Cache-Control=max-age=60;Age=9"));
        assertThat(freshness.ageSeconds(Heads.DATE.minusSeconds(100))).isEqualTo(9);
    }

    @Test
    void ageTravelsWithoutAgreeingClocks() {
        Freshness there = Freshness.of(Heads.head(200, "Cache-Control=max-age=60;Age=9"));
        Instant otherClock = Heads.DATE.minusSeconds(3600);
        Freshness here = there.withAge(there.age(Heads.DATE.plusSeconds(11)), otherClock);
        assertThat(here.ageSeconds(otherClock)).isEqualTo(20);
        assertThat(here.remainingSeconds(otherClock.plusSeconds(10))).isEqualTo(30);
    }

    @Test
    void partOfASecondInDateDoesntAgeIt() {
        Instant received = Heads.DATE.plusMillis(900);
        StoredHead head =
                StoredHead.received(200, HeaderFields.of("Date", Heads.DATE_TEXT), received.minusMillis(50), received);
        assertThat(head.initialAgeMillis()).isEqualTo(50);
    }

    @Test
    void aReceivedHeadIsStrippedAndDated() {
        StoredHead head = Heads.head(200, "Connection=x;X=1;Transfer-Encoding=chunked;Y=2;Proxy-Authenticate=Basic");
        assertThat(head.fields()).isEqualTo(HeaderFields.of("Y", "2", "Date", Heads.DATE_TEXT));
        assertThat(head.date()).isEqualTo(Heads.DATE);
    }
}
