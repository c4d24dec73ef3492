package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheDebugFieldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        # text               | as a string of structured fields
        upstream/site        | "upstream/site"
        http://a.test/?q="x" | "http://a.test/?q=\\"x\\""
        back\\slash          | "back\\\\slash"
        /caf\u00e9           | "/caf%e9"
        /\u20ac              | "/%u20ac"
        `a\nb`               | "a%0ab"
        `a\r\nSet-Cookie: x` | "a%0d%0aSet-Cookie: x"
        """)
    void writesTextThatOthersMayHaveWritten(String text, String written) {
        assertThat(new CacheDebugField().text("key", text)).hasToString("cache; key=" + written);
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(new CacheDebugField().text("key", "k".repeat(1_000)).toString())
                .isEqualTo("cache; key=\"" + "k".repeat(256) + "...+744\"");
    }

    @Test
    void saysOnlyWhatThereIs() {
        assertThat(new CacheDebugField()
                        .text("zone", "")
                        .word("found", "l1")
                        .word("why", "")
                        .flag("stored", false)
                        .flag("stored", true)
                        .number("ttl", -3))
                .hasToString("cache; found=l1; stored; ttl=-3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Weir-Debug | cache       | true
        weir-debug | other,cache | true
        Weir-Debug | caches      | false
        Debug      | cache       | false
        """)
    void isAskedByName(String name, String value, boolean asked) {
        assertThat(CacheDebugField.isAsked(HeaderFields.of(name, value))).isEqualTo(asked);
    }
}
