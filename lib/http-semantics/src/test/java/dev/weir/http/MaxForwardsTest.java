package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxForwardsTest {
    private static String said(MaxForwards said) {
        return said instanceof MaxForwards.Onward onward
                ? Integer.toString(onward.after())
                : said.getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            OPTIONS | 0                       | Last
            OPTIONS | 000                     | Last
            TRACE   | 0                       | Last
            OPTIONS | 1                       | 0
            OPTIONS | 007                     | 6
            OPTIONS | 2147483647              | 2147483646
            OPTIONS | 2147483648              | 2147483647
            OPTIONS | 99999999999999999999999 | 2147483647
            OPTIONS | ''                      | Invalid
            OPTIONS | -1                      | Invalid
            OPTIONS | +1                      | Invalid
            OPTIONS | 1.0                     | Invalid
            OPTIONS | 0x1                     | Invalid
            OPTIONS | 1, 1                    | Invalid
            TRACE   | ten                     | Invalid
            GET     | 0                       | Unlimited
            POST    | x                       | Unlimited
            options | 0                       | Unlimited
            """)
    void isForOptionsAndTrace(String method, String value, String expected) {
        assertThat(said(MaxForwards.of(method, HeaderFields.of("Max-Forwards", value))))
                .isEqualTo(expected);
    }

    @Test
    void standsOnceOrNotAtAll() {
        assertThat(said(MaxForwards.of("OPTIONS", HeaderFields.empty()))).isEqualTo("Unlimited");
        assertThat(said(MaxForwards.of("OPTIONS", HeaderFields.of("Max-Forwards", "1", "max-forwards", "1"))))
                .isEqualTo("Invalid");
    }
}
