package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/** Dates, beside the JDK's. */
class HttpDateFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final DateTimeFormatter JDK =
            DateTimeFormatter.RFC_1123_DATE_TIME.withResolverStyle(ResolverStyle.STRICT);

    @FuzzTest
    void dates(byte[] data) {
        String text = Texts.octets(data);
        Optional<Instant> read = HttpDate.parse(text, NOW);
        if (read.isPresent()) {
            String written = HttpDate.format(read.get());
            assertThat(written).hasSize(29);
            assertThat(HttpDate.parse(written, NOW)).isEqualTo(read);
        }
        if (text.length() == 29) {
            jdk(text).ifPresent(instant -> assertThat(read).contains(instant));
        }
    }

    private static Optional<Instant> jdk(String text) {
        if (!text.matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZonedDateTime.parse(text, JDK).toInstant());
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }
}
