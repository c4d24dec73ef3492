package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldLimits;
import dev.weir.http.HeaderFields;
import dev.weir.http.RequestCheck;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9875 §3: Cache-Group-Invalidation. */
class GroupInvalidationTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            # method | status | field            | groups                                    | RFC
            POST     | 204    | "a", "b c"       | group http://a.test a/group http://a.test b c | 9875 3
            PURGE    | 200    | "a"              | group http://a.test a                     | 9110 9.2.1
            GET      | 200    | "a"              | none                                      | 9875 3
            HEAD     | 200    | "a"              | none                                      | 9875 3
            POST     | 500    | "a"              | none                                      | 9111 4.4
            POST     | 404    | "a"              | none                                      | 9111 4.4
            POST     | 303    | "a"              | group http://a.test a                     | 9111 4.4
            POST     | 200    | a, b             | none                                      | 9651 4.2
            """)
    void namesTheGroupsOfTheOrigin(String method, int status, String field, String groups) {
        String read =
                Invalidation.groups(request(method), status, HeaderFields.of("Cache-Group-Invalidation", field))
                        .stream()
                        .map(PurgeScope::toString)
                        .collect(Collectors.joining("/"));
        assertThat(read.isEmpty() ? "none" : read).isEqualTo(groups);
    }

    private static CanonicalRequest request(String method) {
        RequestCheck check = RequestCheck.http1(
                method, "http://a.test/x", "HTTP/1.0", "http", HeaderFields.empty(), new FieldLimits(100, 10_000));
        assertThat(check).isInstanceOf(RequestCheck.Accepted.class);
        return ((RequestCheck.Accepted) check).request();
    }
}
