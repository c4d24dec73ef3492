package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How rules bend what is stored, for how long and for whom. */
class CacheRuleTest {
    private static final TargetList TARGETS = new TargetList(List.of("CDN-Cache-Control"));
    private static final LifetimeRule NOT = LifetimeRule.NONE;

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # of, default, least, most | status | fields                                   | lifetime | basis
            60,,,    # 200 # Cache-Control=max-age=5                                       # 60  # RULE
            60,,,    # 200 # Cache-Control=max-age=60                                      # 60  # RULE
            60,,,    # 200 # Cache-Control=s-maxage=0, max-age=0                           # 60  # RULE
            60,,,    # 200 # Expires=0                                                     # 60  # RULE
            60,,,    # 200 # CDN-Cache-Control=max-age=9                                   # 60  # RULE
            60,,,    # 200 # ''                                                            # 60  # RULE
            60,,,    # 302 # ''                                                            # 60  # RULE
            60,,,    # 200 # Cache-Control=max-age=5;Age=100                               # 160 # RULE
            0,,,     # 200 # Cache-Control=max-age=5                                       # 0   # RULE
            0,,,     # 200 # Cache-Control=max-age=5;Age=3                                 # 0   # RULE
            ,0,,     # 200 # Age=3                                                         # 0   # RULE
            ,,0,     # 200 # Age=3                                                         # 0   # NONE
            ,,,0     # 200 # Cache-Control=max-age=99;Age=3                                # 0   # RULE
            60,,,    # 404 # Cache-Control=max-age=5                                       # 5   # MAX_AGE
            ,60,,    # 200 # Cache-Control=max-age=5                                       # 5   # MAX_AGE
            ,60,,    # 200 # CDN-Cache-Control=max-age=9                                   # 9   # MAX_AGE
            ,60,,    # 200 # Expires=0                                                     # 0   # EXPIRES
            ,60,,    # 200 # ''                                                            # 60  # RULE
            ,60,,    # 200 # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT                   # 60  # RULE
            ,60,,    # 200 # Cache-Control=public;Age=7                                    # 67  # RULE
            ,,60,    # 200 # Cache-Control=max-age=5                                       # 60  # RULE
            ,,60,    # 200 # Cache-Control=max-age=99                                      # 99  # MAX_AGE
            ,,60,    # 200 # Cache-Control=max-age=99;Age=90                               # 150 # RULE
            ,,60,    # 200 # ''                                                            # 60  # RULE
            ,,,60    # 200 # Cache-Control=max-age=99                                      # 60  # RULE
            ,,,60    # 200 # Cache-Control=max-age=99;Age=50                               # 99  # MAX_AGE
            ,,,60    # 200 # Cache-Control=max-age=5                                       # 5   # MAX_AGE
            ,,,60    # 200 # ''                                                            # 0   # NONE
            ,,,60    # 200 # Last-Modified=Fri, 09 Jan 2026 00:00:00 GMT                   # 60  # RULE
            ,30,20,60 # 200 # ''                                                           # 30  # RULE
            ,30,20,60 # 200 # Cache-Control=max-age=9                                      # 20  # RULE
            ,30,20,60 # 200 # Cache-Control=max-age=90                                     # 60  # RULE
            """)
    void lifetime(String wanted, int status, String fields, long seconds, Freshness.Basis basis) {
        Freshness freshness = Freshness.of(Heads.head(status, fields), rule(lifetime(wanted), NOT));
        assertThat(freshness.lifetimeSeconds()).isEqualTo(seconds);
        assertThat(freshness.basis()).isEqualTo(basis);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            404 # ''                       # 7  # store
            410 # Cache-Control=max-age=99 # 7  # store
            501 # ''                       # 7  # store
            500 # ''                       # 0  # no-freshness
            403 # ''                       # 0  # no-freshness
            503 # Cache-Control=max-age=99 # 99 # store
            200 # ''                       # 0  # no-freshness
            404 # Cache-Control=no-store   # 7  # no-store
            """)
    void errors(int status, String fields, long seconds, String stored) {
        CacheRule rule = rule(NOT, lifetime("7,,,"));
        assertThat(Freshness.of(Heads.head(status, fields), rule).lifetimeSeconds())
                .isEqualTo(seconds);
        assertThat(stored("GET", "", status, fields, rule)).isEqualTo(stored);
    }

    @Test
    void aRuleForErrorsHoldsForCautiousCachesToo() {
        CacheRule rule = rule(lifetime("60,,,"), lifetime("7,,,"));
        for (int status : new int[] {404, 503}) {
            Storability said = Storability.of(
                    "GET",
                    HeaderFields.empty(),
                    Heads.head(status, "Cache-Control=max-age=9"),
                    CacheProfile.CAUTIOUS,
                    rule);
            assertThat(said instanceof Storability.Store).isEqualTo(status == 404);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # ignored           | request                | response                                         | says
            ''                  # ''                     # Cache-Control=no-store, max-age=9                # no-store
            no-store            # ''                     # Cache-Control=no-store, max-age=9                # store
            no-store            # ''                     # Cache-Control=no-store                           # no-freshness
            no-store            # ''                     # CDN-Cache-Control=no-store, max-age=9            # store
            no-store            # ''                     # Cache-Control=private, no-store, max-age=9       # private
            no-store            # ''                     # Cache-Control=no-store, max-age=9, no-cache      # no-freshness
            no-store,no-cache   # ''                     # Cache-Control=no-store, max-age=9, no-cache      # store
            private             # ''                     # Cache-Control=private, max-age=9                 # store
            private             # ''                     # Cache-Control=private="a", max-age=9             # store
            private             # ''                     # Cache-Control=no-store, private, max-age=9       # no-store
            private             # Authorization=Basic x  # Cache-Control=private, max-age=9                 # authorization
            ''                  # Cache-Control=no-store # Cache-Control=max-age=9                          # request-no-store
            request-directives  # Cache-Control=no-store # Cache-Control=max-age=9                          # store
            ''                  # ''                     # Cache-Control=max-age=9;Vary=*                   # vary
            vary                # ''                     # Cache-Control=max-age=9;Vary=*                   # store
            """)
    void ignores(String ignored, String request, String response, String says) {
        assertThat(stored("GET", request, 200, response, ignoring(ignored))).isEqualTo(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # ignored        | seconds | says                                                       | use             | instead of an error
            ''               # 30      # s-maxage=60                                                # Fresh           # true
            proxy-revalidate # 30      # s-maxage=60                                                # Fresh           # true
            ''               # 70      # s-maxage=60, stale-while-revalidate=30                     # Revalidate      # false
            proxy-revalidate # 70      # s-maxage=60, stale-while-revalidate=30                     # StaleWhileRevalidate # false
            proxy-revalidate # 91      # s-maxage=60, stale-while-revalidate=30                     # Revalidate      # false
            proxy-revalidate # 70      # s-maxage=60, max-age=1, stale-while-revalidate=30          # StaleWhileRevalidate # false
            proxy-revalidate # 70      # s-maxage=60                                                # Revalidate      # false
            ''               # 70      # s-maxage=60, stale-if-error=30                             # Revalidate      # false
            proxy-revalidate # 70      # s-maxage=60, stale-if-error=30                             # Revalidate      # true
            proxy-revalidate # 70      # max-age=60, proxy-revalidate, stale-if-error=30            # Revalidate      # true
            proxy-revalidate # 70      # s-maxage=60, must-revalidate, stale-if-error=30            # Revalidate      # false
            proxy-revalidate # 70      # s-maxage=60, no-cache, stale-if-error=30                   # Revalidate      # false
            """)
    void staleUse(String ignored, long seconds, String said, String use, boolean insteadOfError) {
        StoredHead head = Heads.head(200, "ETag=e;Cache-Control=" + said);
        Freshness freshness = Freshness.of(head, ignoring(ignored));
        Instant then = head.responseTime().plusSeconds(seconds);
        assertThat(Reuse.of(CacheDirectives.NONE, freshness, then).getClass().getSimpleName())
                .isEqualTo(use);
        assertThat(seconds < 60 || Reuse.allowsStaleOnError(CacheDirectives.NONE, freshness, then) == insteadOfError)
                .isTrue();
    }

    @Test
    void sMaxageStillSharesWhatWasAuthorized() {
        assertThat(stored("GET", "Authorization=a", 200, "Cache-Control=s-maxage=9", ignoring("proxy-revalidate")))
                .isEqualTo("store");
    }

    @Test
    void cookiesAreNotForOthers() {
        StoredHead head = Heads.head(200, "Cache-Control=max-age=9;Set-Cookie=a;ETag=\"e\";set-cookie=b");
        assertThat(ignoring("set-cookie").stored(head).fields().contains("Set-Cookie"))
                .isFalse();
        assertThat(ignoring("set-cookie").stored(head).fields().contains("ETag"))
                .isTrue();
        assertThat(ignoring("private").stored(head)).isSameAs(head);
        assertThat(Storability.of("GET", HeaderFields.empty(), head, CacheProfile.CAUTIOUS, ignoring("set-cookie")))
                .isInstanceOf(Storability.Store.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # profile, what the rule wants               | request  | the origin says                                    | says
            STRICT_RFC # of                              # ''       # Set-Cookie=a                                       # set-cookie
            STRICT_RFC # default                         # ''       # Set-Cookie=a                                       # set-cookie
            STRICT_RFC # of                              # ''       # Set-Cookie=a;Cache-Control=max-age=0               # set-cookie
            STRICT_RFC # of                              # ''       # Set-Cookie=a;Cache-Control=max-age=9               # store
            STRICT_RFC # of,no-cache                     # ''       # Set-Cookie=a;Cache-Control=max-age=9, no-cache     # set-cookie
            STRICT_RFC # of,private                      # ''       # Set-Cookie=a;Cache-Control=max-age=9, private      # set-cookie
            STRICT_RFC # of,no-store                     # ''       # Set-Cookie=a;Cache-Control=max-age=9, no-store     # set-cookie
            STRICT_RFC # of,no-cache,private,set-cookie  # ''       # Set-Cookie=a;Cache-Control=private, no-cache       # store
            STRICT_RFC # of                              # Cookie=b # ETag="e"                                           # store
            CAUTIOUS   # of                              # Cookie=b # ETag="e"                                           # no-freshness
            CAUTIOUS   # default                         # Cookie=b # ETag="e"                                           # no-freshness
            CAUTIOUS   # of                              # Cookie=b # Cache-Control=max-age=0                            # no-freshness
            CAUTIOUS   # of                              # Cookie=b # Last-Modified=Fri, 09 Jan 2026 00:00:00 GMT        # no-freshness
            CAUTIOUS   # of                              # Cookie=b # Cache-Control=max-age=9                            # store
            CAUTIOUS   # of                              # ''       # ETag="e"                                           # store
            CAUTIOUS   # of,set-cookie                   # ''       # Set-Cookie=a                                       # store
            """)
    void whatIsOneVisitorsIsNotMadeForAllByALifetime(
            CacheProfile profile, String wants, String request, String response, String says) {
        Set<Ignored> ignored = Arrays.stream(wants.split(","))
                .flatMap(word -> Ignored.of(word).stream())
                .collect(Collectors.toSet());
        LifetimeRule lifetime = lifetime(wants.startsWith("of") ? "60,,," : ",60,,");
        CacheRule rule = new CacheRule("r", TARGETS, lifetime, NOT, ignored, QueryRule.NONE, 0);
        Storability said = Storability.of("GET", Heads.fields(request), Heads.head(200, response), profile, rule);
        assertThat(said instanceof Storability.Refuse refused ? refused.reason().token() : "store")
                .isEqualTo(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            ''                                  # ''
            Vary=Accept-Language, User-Agent    # ''
            Vary=Cookie, accept-encoding        # accept-encoding=gzip
            Vary=Accept-Encoding                # accept-encoding=gzip
            Content-Encoding=gzip;Vary=Cookie   # accept-encoding=gzip
            Vary=Origin, Cookie                 # origin=http://a.test
            Access-Control-Allow-Origin=http://a.test # origin=http://a.test
            Access-Control-Allow-Origin=*;Vary=Cookie # ''
            Vary=*                              # accept-encoding=gzip origin=http://a.test
            """)
    void onlyTheCodingAndTheSiteThatAsksVary(String fields, String variant) {
        HeaderFields request = Heads.fields("Accept-Language=de;Accept-Encoding=gzip;Cookie=a;Origin=http://a.test");
        Vary vary = ignoring("vary").vary(Heads.fields(fields));
        assertThat(vary.variant(request).strip().replace('\n', ' ')).isEqualTo(variant);
        assertThat(vary.isAny()).isFalse();
    }

    @Test
    void whatTheOriginForbidsIsKeptApart() {
        CacheKey key = new CacheKey("z", "http", "a.test", "/", "");
        assertThat(keyOf(ignoring(""))).isEqualTo(key);
        assertThat(keyOf(ignoring("request-directives,proxy-revalidate"))).isEqualTo(key);
        assertThat(keyOf(rule(lifetime("60,,,"), NOT))).isEqualTo(key);
        assertThat(keyOf(ignoring("vary,private,request-directives")).zone()).isEqualTo("z~ignores-private+vary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            # method | request               | response                                      | says
            POST     # ''                    # Cache-Control=max-age=9                       # store
            POST     # ''                    # Last-Modified=Fri, 09 Jan 2026 23:00:00 GMT   # no-freshness
            POST     # ''                    # Cache-Control=private, max-age=9              # private
            POST     # Cookie=a              # Cache-Control=max-age=9                       # cookie
            POST     # Cookie=a              # Cache-Control=public, max-age=9               # store
            POST     # Authorization=Basic x # Cache-Control=s-maxage=9                      # authorization
            POST     # Authorization=Basic x # Cache-Control=public, max-age=9               # store
            GET      # Cookie=a              # Cache-Control=max-age=9                       # store
            PUT      # ''                    # Cache-Control=max-age=9                       # method
            """)
    void answersToPost(String method, String request, String response, String says) {
        CacheRule rule = new CacheRule("r", TARGETS, NOT, NOT, Set.of(), QueryRule.NONE, 9);
        assertThat(stored(method, request, 200, response, rule)).isEqualTo(says);
        assertThat(stored("POST", request, 200, response, ignoring("no-store"))).isEqualTo("method");
    }

    private static CacheKey keyOf(CacheRule rule) {
        return rule.key("z", Requests.get("http://a.test/"));
    }

    private static String stored(String method, String request, int status, String fields, CacheRule rule) {
        Storability said = Storability.of(
                method, Heads.fields(request), Heads.head(status, fields), CacheProfile.STRICT_RFC, rule);
        return said instanceof Storability.Refuse refused ? refused.reason().token() : "store";
    }

    private static CacheRule ignoring(String words) {
        Set<Ignored> ignored = Arrays.stream(words.split(",", -1))
                .flatMap(word -> Ignored.of(word).stream())
                .collect(Collectors.toSet());
        return new CacheRule("r", TARGETS, NOT, NOT, ignored, QueryRule.NONE, 0);
    }

    private static CacheRule rule(LifetimeRule lifetime, LifetimeRule errors) {
        return new CacheRule("r", TARGETS, lifetime, errors, Set.of(), QueryRule.NONE, 0);
    }

    private static LifetimeRule lifetime(String written) {
        long[] seconds = Arrays.stream(written.split(",", -1))
                .mapToLong(each -> each.isEmpty() ? LifetimeRule.UNSAID : Long.parseLong(each))
                .toArray();
        return new LifetimeRule(seconds[0], seconds[1], seconds[2], seconds[3]);
    }
}
