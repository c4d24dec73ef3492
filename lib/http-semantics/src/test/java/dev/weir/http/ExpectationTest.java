package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expect as a list (RFC 9110 §10.1.1, §5.6.1.2). Lines are told apart by a bar. */
class ExpectationTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "none", textBlock = """
        none                      ; none              ; false
        ''                        ; none              ; false
        ,                         ; none              ; false
        ' , ,'                    ; none              ; false
        |                         ; none              ; false
        100-continue              ; 100-continue      ; false
        100-Continue              ; 100-Continue      ; false
        ', 100-continue ,'        ; 100-continue      ; false
        |100-continue             ; 100-continue      ; false
        200-ok                    ; 200-ok            ; true
        100-continue,y            ; '100-continue, y' ; true
        '"100-continue"'          ; '"100-continue"'  ; true
        100-continue|100-continue ; none              ; true
        """)
    void isOneLineOfWhatItNames(String lines, String expected, boolean unknown) {
        HeaderFields.Builder fields = HeaderFields.builder().add("A", "1");
        if (lines != null) {
            for (String line : lines.split("\\|", -1)) {
                fields.add("expect", line);
            }
        }
        HeaderFields one = Expectation.onOneLine(fields.build());
        assertThat(one.first("A")).contains("1");
        assertThat(Expectation.isUnknown(one)).isEqualTo(unknown);
        if (expected == null) {
            assertThat(one.contains("Expect")).isEqualTo(unknown);
        } else {
            assertThat(one.all("Expect")).containsExactly(expected);
        }
    }
}
