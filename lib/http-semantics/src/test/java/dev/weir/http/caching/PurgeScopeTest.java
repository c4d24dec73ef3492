package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a purge names, and which responses it is of. */
class PurgeScopeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # given                                  | normalised
            url HTTP://Site.TEST:80/a?b              | url http://site.test/a?b
            url https://site.test                    | url https://site.test/
            url http://site.test/a#b                 | none
            url /a                                   | none
            url ftp://site.test/                     | none
            prefix http://Site.test                  | prefix http://site.test/
            prefix https://site.test:443/a           | prefix https://site.test/a/
            prefix https://site.test:8443/a/         | prefix https://site.test:8443/a/
            prefix http://site.test/a?b              | none
            prefix site.test/a                       | none
            tag Article-7                            | tag Article-7
            tag a,b                                  | none
            tag a b                                  | none
            tag                                      | none
            group http://SITE.test:80 scripts        | group http://site.test scripts
            group https://site.test/ two words       | group https://site.test two words
            group https://site.test/a scripts        | none
            group https://site.test                  | none
            all                                      | all
            all of it                                | none
            everything                               | none
            """)
    void isReadAndNormalised(String given, String normalised) {
        String read = PurgeScope.parse(given).map(PurgeScope::toString).orElse("none");
        assertThat(read).isEqualTo(normalised);
        if (!read.equals("none")) {
            assertThat(PurgeScope.parse(read).map(PurgeScope::toString)).contains(read);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # response                    | fields                                  | scope                             | meets
            http://a.test/b/c?d           | none                                    | prefix http://a.test/             | true
            http://a.test/b/c?d           | none                                    | prefix http://a.test/b            | true
            http://a.test/b/c?d           | none                                    | prefix http://a.test/b/c          | true
            http://a.test/b/c/            | none                                    | prefix http://a.test/b/c          | true
            http://a.test/b/c             | none                                    | prefix http://a.test/b/c/         | true
            http://a.test/b/cd            | none                                    | prefix http://a.test/b/c          | false
            http://a.test/b?x=/c/d        | none                                    | prefix http://a.test/b/c          | false
            http://a.test/?x              | none                                    | prefix http://a.test/             | true
            https://a.test/               | none                                    | prefix http://a.test/             | false
            http://b.test/                | none                                    | prefix http://a.test/             | false
            http://a.test:8080/           | none                                    | prefix http://a.test/             | false
            http://a.test/                | Surrogate-Key: one two                  | tag two                           | true
            http://a.test/                | Surrogate-Key: one two                  | tag Two                           | false
            http://a.test/                | surrogate-key: one,two                  | tag one                           | false
            http://a.test/                | Cache-Tag: one , two,,three             | tag two                           | true
            http://a.test/                | Cache-Tag: one , two,,three             | tag three                         | true
            http://a.test/                | Cache-Tag: tw                           | tag two                           | false
            http://a.test/                | Cache-Groups: "a", "two words"          | group http://a.test two words     | true
            http://a.test/                | Cache-Groups: "a", "two words"          | group https://a.test a            | false
            http://a.test/                | Cache-Groups: "a";x=1;y="z,";q , "b"    | group http://a.test b             | true
            http://a.test/                | Cache-Groups: "say \\"hi\\""              | group http://a.test say "hi"      | true
            http://a.test/                | Cache-Groups: a                         | group http://a.test a             | false
            http://a.test/                | Cache-Groups: "a", b                    | group http://a.test a             | false
            http://a.test/                | Cache-Groups: "a",                      | group http://a.test a             | false
            http://a.test/                | Cache-Groups: "a                        | group http://a.test a             | false
            http://a.test/                | Cache-Groups: "a"                       | tag a                             | false
            http://a.test/                | none                                    | all                               | true
            """)
    void meetsResponses(String url, String field, String scope, boolean meets) {
        HeaderFields fields = field.equals("none")
                ? HeaderFields.empty()
                : HeaderFields.of(field.substring(0, field.indexOf(':')), field.substring(field.indexOf(':') + 2));
        assertThat(isMet(url, PurgeMarks.of(url, fields), PurgeScope.parse(scope)))
                .isEqualTo(meets);
    }

    @Test
    void allLinesOfTagsCount() {
        HeaderFields fields = HeaderFields.of("Surrogate-Key", "a", "Cache-Tag", "b", "Surrogate-Key", "c d");
        PurgeMarks marks = PurgeMarks.of("http://a.test/", fields);
        for (String tag : new String[] {"a", "b", "c", "d"}) {
            assertThat(isMet("http://a.test/", marks, PurgeScope.tag(tag)))
                    .as(tag)
                    .isTrue();
        }
        assertThat(marks.size()).isEqualTo(5);
        assertThat(marks.whole()).isTrue();
    }

    @Test
    void moreNamesThanCanBeMarkedAreNotWhole() {
        String most =
                IntStream.range(0, PurgeMarks.MOST_NAMES).mapToObj(i -> "t" + i).collect(Collectors.joining(" "));
        assertThat(PurgeMarks.of("http://a.test/b", HeaderFields.of("Surrogate-Key", most + " t1"))
                        .whole())
                .isTrue();
        assertThat(PurgeMarks.of("http://a.test/b", HeaderFields.of("Surrogate-Key", most + " more"))
                        .whole())
                .isFalse();
    }

    @Test
    void prefixesAreMarkedToADepthAndNoDeeperOneIsNamed() {
        String deep = "http://a.test" + "/x".repeat(40);
        PurgeMarks marks = PurgeMarks.of(deep, HeaderFields.empty());
        assertThat(marks.size()).isEqualTo(PurgeMarks.MOST_SEGMENTS);
        String deepest = "http://a.test" + "/x".repeat(PurgeMarks.MOST_SEGMENTS - 1);
        assertThat(isMet(deep, marks, PurgeScope.prefix(deepest))).isTrue();
        assertThat(PurgeScope.prefix(deepest + "/x")).isEmpty();
    }

    @Test
    void scopesAreAskedOneByOneOrTogether() {
        String url = "http://a.test/b?c";
        PurgeMarks marks = PurgeMarks.of(url, HeaderFields.of("Surrogate-Key", "x"));
        ScopeMarks scopes = ScopeMarks.of(
                Stream.of("tag y", "url http://a.test/b", "url " + url, "prefix http://a.test", "tag x", "all")
                        .map(text -> PurgeScope.parse(text).orElseThrow())
                        .toList());
        assertThat(IntStream.range(0, scopes.size()).filter(i -> scopes.meets(i, url, marks)))
                .containsExactly(2, 3, 4, 5);
        assertThat(scopes.anyMeets(url, marks)).isTrue();
        assertThat(ScopeMarks.of(List.of()).anyMeets(url, marks)).isFalse();
    }

    private static boolean isMet(String url, PurgeMarks marks, Optional<PurgeScope> scope) {
        return ScopeMarks.of(List.of(scope.orElseThrow())).anyMeets(url, marks);
    }

    /** Marks are kept in Redis and compared by processes of several versions. */
    @Test
    void marksNeverChange() {
        assertThat(Arrays.asList(
                        Long.toHexString(PurgeScope.tag("a").orElseThrow().mark()),
                        Long.toHexString(PurgeScope.prefix("http://a.test/b")
                                .orElseThrow()
                                .mark()),
                        Long.toHexString(PurgeScope.group("http://a.test", "a")
                                .orElseThrow()
                                .mark())))
                .containsExactly("dffb48c4535d5220", "660f71c41bf5bebf", "23f1cd43fb46ef81");
    }
}
