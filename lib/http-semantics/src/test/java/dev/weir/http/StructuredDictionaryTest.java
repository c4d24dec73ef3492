package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredDictionaryTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9651 §3.2   # a                          # a=BOOLEAN:1
            9651 §3.2   # a=?0                       # a=BOOLEAN:0
            9651 §3.2   # ' a=1 ,\t b = '            # invalid
            9651 §3.2   # '  a=1\t,  b  '            # a=INTEGER:1 b=BOOLEAN:1
            9651 §3.2   # a=1, b, a=2                # a=INTEGER:2 b=BOOLEAN:1
            9651 §3.2   # ''                         # ''
            9651 §3.1.2 # a=1;x;y=2;z="q", b;c=?1    # a=INTEGER:1 b=BOOLEAN:1
            9651 §3.1.1 # a=(1 "b" c;d=1), b=()      # a=INNER_LIST:0 b=INNER_LIST:0
            9651 §3.3.1 # a=-5, b=007                # a=INTEGER:-5 b=INTEGER:7
            9651 §3.3.1 # a=999999999999999          # a=INTEGER:999999999999999
            9651 §3.3.2 # a=1.5, b=123456789012.123  # a=DECIMAL:0 b=DECIMAL:0
            9651 §3.3.3 # a="b\\"c, d"               # a=STRING:0
            9651 §3.3.4 # a=b/c:d, *e=*f             # a=TOKEN:0 *e=TOKEN:0
            9651 §3.3.5 # a=:aGk=:                   # a=BYTES:0
            9651 §3.3.7 # a=@1659578233              # a=DATE:0
            9651 §3.3.8 # a=%"f%c3%bc"               # a=DISPLAY_STRING:0
            """)
    void reads(String rfc, String text, String expected) {
        String read = StructuredDictionary.parse(List.of(text))
                .map(members -> members.entrySet().stream()
                        .map(member -> member.getKey()
                                + '='
                                + member.getValue().type()
                                + ':'
                                + member.getValue().integer())
                        .collect(Collectors.joining(" ")))
                .orElse("invalid");
        assertThat(read).as(rfc).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "1",
                "=1",
                "a=",
                "a,",
                "a,,b",
                ",a",
                "a b",
                "a =1",
                "a= 1",
                "a=&",
                "a, &&",
                "a=1.",
                "a=.5",
                "a=1.2345",
                "a=--1",
                "a=-",
                "a=1234567890123456",
                "a=1234567890123.1",
                "a=\"b",
                "a=\"\\c\"",
                "a=\"\u00fc\"",
                "a=:b",
                "a=:_:",
                "a=?",
                "a=?2",
                "a=?true",
                "a=@",
                "a=@1.5",
                "a=%b",
                "a=%\"%C3\"",
                "a=%\"%ff\"",
                "a=(1",
                "a=(1,2)",
                "a=(1 2",
                "a=((1))",
                "a;",
                "a;B",
                "a;b=",
                "a;b=(1)",
                "a=1 ;b",
                "a=(\"b\"c)"
            })
    void whatBreaksTheGrammarIsNoDictionary(String text) {
        assertThat(StructuredDictionary.parse(List.of(text))).as(text).isEmpty();
    }

    @Test
    void linesMakeOneDictionary() {
        assertThat(StructuredDictionary.parse(List.of("a=1", "b")).orElseThrow().keySet())
                .containsExactly("a", "b");
        assertThat(StructuredDictionary.parse(List.of("a=1", "&"))).isEmpty();
    }
}
