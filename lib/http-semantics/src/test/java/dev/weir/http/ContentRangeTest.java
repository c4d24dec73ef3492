package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '#', textBlock = """
            9110 §14.4 # bytes 0-0/1                                     # 0-0/1
            9110 §14.4 # bytes 42-1233/1234                              # 42-1233/1234
            9110 §14.4 # BYTES 42-1233/1234                              # 42-1233/1234
            9110 §14.4 # bytes 42-1233/*                                 # 42-1233/*
            9110 §14.4 # bytes 4294967296-4294967297/99999999999         # 4294967296-4294967297/99999999999
            9110 §14.4 # bytes 0-1/999999999999999999                    # 0-1/999999999999999999
            9110 §14.4 # bytes 0-1/9999999999999999999                   # none
            9110 §14.4 # bytes */1234                                    # none
            9110 §14.4 # bytes 42-1233/1233                              # none
            9110 §14.4 # bytes 42-41/1234                                # none
            9110 §14.4 # bytes 42-/1234                                  # none
            9110 §14.4 # bytes -41/1234                                  # none
            9110 §14.4 # bytes 1-2                                       # none
            9110 §14.4 # bytes 1-2/                                      # none
            9110 §14.4 # bytes 1-2/**                                    # none
            9110 §14.4 # bytes 1-2/3 4                                   # none
            9110 §14.4 # bytes=1-2/3                                     # none
            9110 §14.4 # bytes  1-2/3                                    # none
            9110 §14.4 # bytes +1-2/3                                    # none
            9110 §14.4 # bytes 1-2/3, bytes 1-2/3                        # none
            9110 §14.4 # lines 1-2/3                                     # none
            9110 §14.4 # ''                                              # none
            """)
    void reads(String rfc, String value, String expected) {
        assertThat(ContentRange.parse(value)
                        .map(range -> range.first() + "-" + range.last() + "/"
                                + (range.completeLength().isEmpty()
                                        ? "*"
                                        : range.completeLength().getAsLong()))
                        .orElse("none"))
                .as(rfc)
                .isEqualTo(expected);
    }

    @Test
    void twoOfThemAreNone() {
        HeaderFields once = HeaderFields.of("Content-Range", " bytes 0-1/2 ");
        assertThat(ContentRange.of(once))
                .hasValueSatisfying(range -> assertThat(range.length()).isEqualTo(2));
        assertThat(ContentRange.of(
                        once.toBuilder().add("Content-Range", "bytes 0-1/2").build()))
                .isEmpty();
    }
}
