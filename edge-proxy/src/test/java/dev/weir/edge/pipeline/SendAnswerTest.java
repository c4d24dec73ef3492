package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.HeaderFields;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendAnswerTest {
    private static boolean writable(int status, String name, String value) {
        return SendAnswer.isWritable(
                new Answer(status, HeaderFields.of(name, value), new Answer.Body.Whole(Buffer.buffer())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            Location|/a|true
            Location||true
            X-A|caf\u00e9\t"x"|true
            Location|/a\\r\\nSet-Cookie: a=b|false
            Location|/a\\n|false
            Location|/a\\r|false
            Location|/a\\0|false
            Location|/a\u0001|false
            Location|/a\u007f|false
            Location|/\u0100|false
            Location|/\u560a\u560d|false
            X A|b|false
            X-A:|b|false
            X\\r\\nA|b|false
            |b|false
            """)
    void whatWouldEndAFieldLineIsNotWritten(String name, String value, boolean expected) {
        String octets = value == null
                ? ""
                : value.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
        String field = name == null ? "" : name.replace("\\r", "\r").replace("\\n", "\n");
        assertThat(writable(302, field, octets)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "599, true", "999, true", "199, false", "101, false", "0, false", "1000, false"})
    void aFinalAnswerHasAFinalStatus(int status, boolean expected) {
        assertThat(writable(status, "X-A", "b")).isEqualTo(expected);
    }
}
