package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldLimits;
import dev.weir.http.HeaderFields;
import dev.weir.http.RequestCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaryTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.1 # Vary=Accept         # Accept=a               # Accept=a                 # true
            9111 §4.1 # Vary=Accept         # Accept=a               # accept=b                 # false
            9111 §4.1 # Vary=Accept         # Accept=a               # ''                       # false
            9111 §4.1 # Vary=Accept         # ''                     # ''                       # true
            9111 §4.1 # Vary=X              # X=                     # ''                       # false
            9111 §4.1 # Vary=Accept         # Accept=a, b            # Accept=a,b               # true
            9111 §4.1 # Vary=Accept         # Accept=a, b            # Accept=a;Accept=b        # true
            9111 §4.1 # Vary=Accept         # Accept=a, b            # Accept=b, a              # false
            9111 §4.1 # Vary=Accept-Encoding # Accept-Encoding=GZIP, br # Accept-Encoding=gzip,br # true
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de      # Accept-Language=EN ,De         # true
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de      # Accept-Language=de,en          # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de, en  # Accept-Language=en,de          # true
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=fr~q=0.5, en~q=0.5, de # Accept-Language=de, fr~q=0.5, en~q=0.5 # true
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=de, fr~q=0.5, en~q=0.5 # Accept-Language=de, en~q=0.5, fr~q=0.5 # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de      # Accept-Language=en             # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de~q=0.5 # Accept-Language=de~Q=0.500, en~q=1.0 # true
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de~q=0.5 # Accept-Language=en~q=0.5, de  # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de~q=0.5 # Accept-Language=en, de~q=0.51 # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, de~q=0  # Accept-Language=en             # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en          # Accept-Language=en-GB          # false
            9110 §12.5.4 # Vary=Accept-Language # Accept-Language=en, en      # Accept-Language=en             # true
            9110 §12.4.2 # Vary=Accept-Language # Accept-Language=a, b~q=2    # Accept-Language=b~q=2, a       # false
            9110 §12.4.2 # Vary=Accept-Language # Accept-Language=a, b~q=.5   # Accept-Language=b~q=.5, a      # false
            9110 §12.4.2 # Vary=Accept-Language # Accept-Language=a, b~q=1.001 # Accept-Language=b~q=1.001, a  # false
            9110 §12.4.2 # Vary=Accept-Language # Accept-Language=a, b~v=1    # Accept-Language=b~v=1, a       # false
            9110 §12.4.2 # Vary=Accept-Language # Accept-Language=a, b c      # Accept-Language=b c, a         # false
            9110 §12.5.3 # Vary=Accept-Encoding # Accept-Encoding=gzip, br    # Accept-Encoding=br, gzip~q=1   # true
            9110 §12.5.3 # Vary=Accept-Encoding # Accept-Encoding=gzip, br~q=0 # Accept-Encoding=gzip          # false
            9110 §12.5.3 # Vary=Accept-Encoding # Accept-Encoding=*, br~q=0   # Accept-Encoding=*              # false
            9110 §12.5.3 # Vary=Accept-Encoding # Accept-Encoding=gzip, identity~q=0 # Accept-Encoding=gzip    # false
            9110 §12.5.3 # Vary=Accept-Encoding # Accept-Encoding=            # ''                             # false
            9110 §8.4.1  # Vary=Accept-Encoding # Accept-Encoding=x-gzip, X-Compress # Accept-Encoding=compress,gzip # true
            9110 §8.4.1  # Vary=Accept-Encoding # Accept-Encoding=x-br        # Accept-Encoding=br             # false
            9111 §4.1 # Vary=X              # X=a, b                 # X=a,b                    # false
            9111 §4.1 # Vary=X              # X=a                    # X=A                      # false
            9111 §4.1 # Vary=X              # X=a, b                 # X=a;X=b                  # true
            9111 §4.1 # Vary=User-Agent     # User-Agent=(a, b)      # User-Agent=(a,b)         # false
            9111 §4.1 # Vary=a, B           # A=1;b=2                # b=2;a=1                  # true
            9111 §4.1 # Vary=A;Vary=B       # A=1;B=2                # A=1;B=3                  # false
            9111 §4.1 # Vary=A              # A=1;B=2                # A=1;B=3                  # true
            9111 §4.1 # X=1                 # A=1                    # A=2                      # true
            9111 §4.1 # Vary=*              # A=1                    # A=1                      # false
            9110 §12.5.3 # Content-Encoding=br # Accept-Encoding=br  # ''                       # false
            9110 §12.5.3 # Content-Encoding=br # Accept-Encoding=br  # Accept-Encoding=BR       # true
            9110 §12.5.3 # Content-Encoding=identity # Accept-Encoding=br # ''                  # true
            9110 §12.5.3 # Content-Encoding=br;Vary=A # Accept-Encoding=br;A=1 # Accept-Encoding=br;A=2 # false
            9110 §12.5.5 # Access-Control-Allow-Origin=http://a # Origin=http://a # Origin=http://b # false
            9110 §12.5.5 # Access-Control-Allow-Origin=http://a # Origin=http://a # ''          # false
            9110 §12.5.5 # Access-Control-Allow-Origin=http://a # Origin=http://a # Origin=http://a # true
            9110 §12.5.5 # Access-Control-Allow-Origin=* # Origin=http://a # Origin=http://b    # true
            9111 §4.1 # Vary=A, *           # A=1                    # A=1                      # false
            """)
    void selects(String rfc, String response, String first, String second, boolean matches) {
        Vary vary = Vary.of(Heads.fields(response));
        String variant = vary.variant(Heads.fields(first, '~'));
        assertThat(vary.matches(Heads.fields(second, '~'), variant)).as(rfc).isEqualTo(matches);
    }

    @Test
    void namesAreSortedAndOnce() {
        Vary vary = Vary.of(HeaderFields.of("Vary", "B, a, b"));
        assertThat(vary.names()).containsExactly("a", "b");
        assertThat(vary.variant(HeaderFields.of("B", "1"))).isEqualTo("a\nb=1\n");
        assertThat(Vary.of(HeaderFields.empty()).isNone()).isTrue();
    }

    @Test
    void weightsAreInTheirShortestForm() {
        Vary vary = Vary.of(HeaderFields.of("Vary", "Accept-Language"));
        String value = "f;q=0.000, e;q=0.001, d;q=0.010, c;q=0.120, b;q=0.5, a;q=1.000, b;q=0.50, g;q=0.999, h;q=0.305";
        assertThat(vary.variant(HeaderFields.of("Accept-Language", value)))
                .isEqualTo("accept-language=a,g;q=0.999,b;q=0.5,h;q=0.305,c;q=0.12,d;q=0.01,e;q=0.001,f;q=0\n");
    }

    /** Bounds the work that a client can send along: only 32 members of a list are ever taken apart. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Accept",
                "Accept-Charset",
                "Accept-Encoding",
                "Accept-Language",
                "Cache-Control",
                "Pragma",
                "Prefer"
            })
    void longListsAreLeftAsTheyCame(String name) {
        Vary vary = Vary.of(HeaderFields.of("Vary", name));
        String start = name.toLowerCase(Locale.ROOT) + '=';
        String most = " A" + " ,,\tA".repeat(Vary.MOST_MEMBERS - 1);
        assertThat(vary.variant(HeaderFields.of(name, most)))
                .doesNotContain(" ")
                .doesNotContain("\t");
        String more = "A" + " ,,\tA;q=0.50".repeat(Vary.MOST_MEMBERS);
        assertThat(vary.variant(HeaderFields.of(name, ' ' + more + '\t'))).isEqualTo(start + more + '\n');
        String tooMuch = "\"".repeat(3) + ",x".repeat(30_000);
        assertThat(vary.matches(HeaderFields.of(name, tooMuch), vary.variant(HeaderFields.of(name, tooMuch))))
                .isTrue();
    }

    @Test
    void eachVariantOfARequestIsBuiltOnce() {
        RequestVariants request = new RequestVariants(HeaderFields.of("A", "1", "B", "2"));
        for (int i = 0; i < 64; i++) {
            assertThat(request.selects(new Vary(List.of("a"), false), "a=" + i + '\n'))
                    .isEqualTo(i == 1);
            assertThat(request.selects(new ArrayList<>(List.of("a", "b")), "a=1\nb=" + i + '\n'))
                    .isEqualTo(i == 2);
        }
        assertThat(request.built()).isEqualTo(2);
        assertThat(request.selects(Vary.of(HeaderFields.empty()), "")).isTrue();
        assertThat(request.selects(Vary.of(HeaderFields.of("Vary", "*")), "")).isFalse();
        assertThat(request.built()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §4.2.3 # http://A.example:80/p?q     # z http://a.example/p?q
            9110 §4.2.3 # https://a.example:443/      # z https://a.example/
            9110 §4.2.3 # http://a.example:443/       # z http://a.example:443/
            9110 §4.2.3 # http://a.example            # z http://a.example/
            9111 §2     # http://a.example/p?         # z http://a.example/p?
            9111 §2     # http://a.example/p          # z http://a.example/p
            9111 §2     # http://[2001:DB8::1]:81/p/?a?b/c # z http://[2001:db8::1]:81/p/?a?b/c
            9111 §2     # http://a.example/%7E        # z http://a.example/%7E
            """)
    void keys(String rfc, String target, String expected) {
        CacheKey key = CacheKey.of("z", request("GET", target));
        assertThat(key).as(rfc).hasToString(expected);
        assertThat(CacheKey.parse(key.toString())).contains(key);
        assertThat(key.uri()).isEqualTo(expected.substring(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "z", "z http://a", "z http:///", "z a/b", " http://a/", "z http://a/ b", "z http://a/\n"})
    void refusesOtherKeys(String text) {
        assertThat(CacheKey.parse(text)).isEmpty();
    }

    @Test
    void aZoneCantReachIntoAnother() {
        assertThatThrownBy(() -> CacheKey.of("z http://b/", request("GET", "http://a/")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9111 §4.4 # POST   # 200 # ''                                 # /d/t?q
            9111 §4.4 # PUT    # 204 # ''                                 # /d/t?q
            9111 §4.4 # DELETE # 301 # ''                                 # /d/t?q
            9111 §4.4 # FOO    # 200 # ''                                 # /d/t?q
            9111 §4.4 # GET    # 200 # Location=/x                        # ''
            9111 §4.4 # HEAD   # 200 # ''                                 # ''
            4918 §9.1 # PROPFIND # 207 # ''                               # ''
            3253 §3.6 # REPORT # 200 # Location=/x                        # ''
            5323 §2   # SEARCH # 200 # ''                                 # ''
            9110 §16.1 # QUERY # 200 # ''                                 # ''
            4918 §9.2 # PROPPATCH # 207 # ''                              # /d/t?q
            9111 §4.4 # POST   # 404 # Location=/x                        # ''
            9111 §4.4 # POST   # 500 # Location=/x                        # ''
            9111 §4.4 # POST   # 201 # Location=/x                        # /d/t?q /x
            9111 §4.4 # POST   # 201 # Location=/x;Content-Location=/y?z  # /d/t?q /x /y?z
            9111 §4.4 # POST   # 201 # Location=/d/t?q                    # /d/t?q
            9111 §4.4 # POST   # 201 # Location=http://A.example:80/x~f   # /d/t?q /x
            9111 §4.4 # POST   # 201 # Location=http://a.example          # /d/t?q /
            9111 §4.4 # POST   # 201 # Location=//a.example/x             # /d/t?q /x
            9111 §4.4 # POST   # 201 # Location=http://b.example/x        # /d/t?q
            9111 §4.4 # POST   # 201 # Location=https://a.example/x       # /d/t?q
            9111 §4.4 # POST   # 201 # Location=http://a.example:81/x     # /d/t?q
            9111 §4.4 # POST   # 201 # Location=//b.example/x             # /d/t?q
            3986 §5.4 # POST   # 201 # Location=x                         # /d/t?q /d/x
            3986 §5.4 # POST   # 201 # Location=./x                       # /d/t?q /d/x
            3986 §5.4 # POST   # 201 # Location=../x                      # /d/t?q /x
            3986 §5.4 # POST   # 201 # Location=../../../x                # /d/t?q /x
            3986 §5.4 # POST   # 201 # Location=e/..                      # /d/t?q /d/
            3986 §5.4 # POST   # 201 # Location=.                         # /d/t?q /d/
            3986 §5.4 # POST   # 201 # Location=?a                        # /d/t?q /d/t?a
            3986 §5.4 # POST   # 201 # Location=x?a=http://b/             # /d/t?q /d/x?a=http://b/
            3986 §5.4 # POST   # 201 # Location=mailto:x                  # /d/t?q
            3986 §2.1 # POST   # 201 # Location=/a b                      # /d/t?q
            """)
    void unsafeAnswersInvalidate(String rfc, String method, int status, String response, String expected) {
        String keys = String.join(
                " ",
                Invalidation.keys(
                                "z",
                                request(method, "http://a.example/d/t?q"),
                                status,
                                Heads.fields(response.replace('~', '#')))
                        .stream()
                        .map(key -> key.path() + key.query())
                        .toList());
        assertThat(keys).as(rfc).isEqualTo(expected);
    }

    static CanonicalRequest request(String method, String target) {
        RequestCheck check = RequestCheck.http1(
                method, target, "HTTP/1.0", "http", HeaderFields.empty(), new FieldLimits(100, 10_000));
        assertThat(check).isInstanceOf(RequestCheck.Accepted.class);
        return ((RequestCheck.Accepted) check).request();
    }
}
