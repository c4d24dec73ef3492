package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSyntaxTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §5.6.1  # a, b                 # a|b
            9110 §5.6.1  # a,b                  # a|b
            9110 §5.6.1.2 # , a ,, b ,          # a|b
            9110 §5.6.4  # a="x, y", b          # a="x, y"|b
            9110 §5.6.4  # "x\\", y", b         # "x\\", y"|b
            9110 §5.6.4  # a="never closed, b   # a="never closed, b
            9110 §5.6.1  # ''                   # ''
            """)
    void splitsLists(String rfc, String value, String members) {
        assertThat(String.join("|", FieldSyntax.list(value))).as(rfc).isEqualTo(members);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §5.6.1 # Close                # close   # true
            9110 §5.6.1 # keep-alive, close    # close   # true
            9110 §5.6.1 # closed               # close   # false
            9110 §5.6.1 # keep-alive,,close ,  # close   # true
            9110 §5.6.4 # "a, close"           # close   # false
            """)
    void findsListMembers(String rfc, String value, String token, boolean expected) {
        assertThat(FieldSyntax.listContains(value, token)).as(rfc).isEqualTo(expected);
    }

    @Test
    void findsListMembersInAnyLine() {
        HeaderFields fields = HeaderFields.of("Connection", "a", "connection", "b, close");
        assertThat(FieldSyntax.listContains(fields, "Connection", "close")).isTrue();
        assertThat(FieldSyntax.list(fields, "Connection")).containsExactly("a", "b", "close");
    }

    @Test
    void refusesControlsInValues() {
        for (char c = 0; c < 0x180; c++) {
            boolean allowed = c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
            assertThat(FieldSyntax.isFieldValue("a" + c)).as("0x%02x", (int) c).isEqualTo(allowed);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            X-Name true
            '' false
            a:b false
            a(b false
            ü false
            a!#$%&*+-.^_`|~9 true
            """)
    void knowsTokens(String text, boolean expected) {
        assertThat(FieldSyntax.isToken(text)).isEqualTo(expected);
    }

    @Test
    void quotesAndUnquotes() {
        assertThat(FieldSyntax.unquote("\"a\\\"b\"")).contains("a\"b");
        assertThat(FieldSyntax.unquote("a")).isEmpty();
        assertThat(FieldSyntax.unquote("\"")).isEmpty();
        assertThat(FieldSyntax.unquote("\"a\"b\"")).isEmpty();
        assertThat(FieldSyntax.unquote("\"a\\\"")).isEmpty();
        assertThat(FieldSyntax.quote("a\"\\\n\u00e4")).isEqualTo("\"a\\\"\\\\??\"");
    }
}
