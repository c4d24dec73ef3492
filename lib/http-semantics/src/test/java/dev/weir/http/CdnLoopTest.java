package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CdnLoopTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weir-1                                  | true
            WEIR-1                                  | true
            foo123.foocdn.example, weir-1; a=b      | true
            weir-1;abc="x, y", other                | true
            barcdn.example; trace="weir-1"          | false
            barcdn.example; trace="abc, weir-1"     | false
            weir-11                                 | false
            weir                                    | false
            weir-1:80                               | false
            ''                                      | false
            ,,;                                     | false
            """)
    void findsItsName(String value, boolean expected) {
        assertThat(CdnLoop.names(HeaderFields.of("cdn-loop", value), "weir-1")).isEqualTo(expected);
        assertThat(CdnLoop.names(HeaderFields.of("CDN-Loop", "x", "CDN-Loop", value), "weir-1"))
                .isEqualTo(expected);
    }
}
