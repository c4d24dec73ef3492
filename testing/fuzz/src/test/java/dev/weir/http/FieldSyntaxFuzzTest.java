package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import java.util.ArrayList;
import java.util.List;

/** Lists, quoted strings and tags of fields. */
class FieldSyntaxFuzzTest {
    @FuzzTest
    void lists(byte[] data) {
        String value = Texts.octets(data);
        List<String> members = FieldSyntax.list(value);
        assertThat(members).doesNotContain("");
        for (String member : members) {
            assertThat(FieldSyntax.trim(member)).isEqualTo(member);
            assertThat(FieldSyntax.listContains(value, member)).isTrue();
            FieldSyntax.unquote(member)
                    .ifPresent(plain -> assertThat(FieldSyntax.unquote('"' + escaped(plain) + '"'))
                            .contains(plain));
        }
        // A quote that is never closed takes in what is written behind it: then it isn't the same list.
        if (closed(value)) {
            assertThat(FieldSyntax.list(String.join(", ", members))).isEqualTo(members);
        }
        for (String token : List.of("close", "chunked", "a")) {
            assertThat(FieldSyntax.listContains(value, token))
                    .isEqualTo(members.stream().anyMatch(token::equalsIgnoreCase));
        }
        String printable = value.replaceAll("[^ -~]", "?");
        assertThat(FieldSyntax.unquote(FieldSyntax.quote(value))).contains(printable);
        tags(value);
    }

    private static void tags(String value) {
        EntityTag.parse(value).ifPresent(tag -> {
            assertThat(tag.toString()).isEqualTo(value);
            assertThat(tag.matchesAnyIn(value)).isTrue();
            assertThat(tag.matchesAnyIn("\"other tag\" , " + value)).isTrue();
            assertThat(tag.matchesStrongly(tag)).isEqualTo(!tag.weak());
        });
        // Of a sound list each member matches, and nothing but members.
        List<EntityTag> tags = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            if (EntityTag.parse(FieldSyntax.trim(part)).isEmpty() || part.indexOf('\\') >= 0) {
                return;
            }
            tags.add(EntityTag.parse(FieldSyntax.trim(part)).orElseThrow());
        }
        tags.forEach(tag -> assertThat(tag.matchesAnyIn(value)).isTrue());
        EntityTag other = new EntityTag(false, "none-of-them-" + value.length() + value.hashCode());
        assertThat(other.matchesAnyIn(value)).isFalse();
    }

    private static boolean closed(String value) {
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            }
        }
        return !quoted;
    }

    private static String escaped(String plain) {
        return plain.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
