package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tells one content from another. */
class PostDigestTest {
    private static String of(String fields, String... pieces) {
        PostDigest digest = PostDigest.of(Heads.fields(fields));
        for (String piece : pieces) {
            digest.update(piece.getBytes(StandardCharsets.UTF_8));
        }
        return digest.end();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                    | Accept=a;Cookie=b
            Content-Type=a/b                      | content-type=a/b
            Content-Type=a/b;Content-Length=3     | Content-Length=0003;Content-Type=a/b
            Content-Type=a/b;Content-Language=de  | Content-Language=de;Content-Type=a/b
            Content-Encoding=gzip, br             | Content-Encoding=gzip;content-encoding=br
            """)
    void isTheSameForTheSame(String fields, String others) {
        assertThat(of(fields, "one")).isEqualTo(of(others, "one")).matches("[0-9a-f]{64}");
        assertThat(of(fields, "one")).isEqualTo(of(others, "o", "", "ne"));
    }

    @Test
    void isAnotherForAnything() {
        List<String> all = new ArrayList<>();
        for (String content : List.of("", "one", "One", "one\n", "\n", "content-type=a/b\n\none")) {
            for (String fields : List.of(
                    "",
                    "Content-Type=",
                    "Content-Type=a/b",
                    "Content-Type=a/B",
                    "Content-Encoding=a/b",
                    "Content-Type=a/b;Content-Encoding=br",
                    "Content-Type=a/b;Content-Digest=x")) {
                all.add(of(fields, content));
            }
        }
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
    }
}
