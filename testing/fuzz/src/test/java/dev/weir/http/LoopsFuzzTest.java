package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import java.math.BigInteger;
import java.util.List;

/** What ends a request that runs in circles: CDN-Loop and Max-Forwards. */
class LoopsFuzzTest {
    private static final BigInteger MOST = BigInteger.valueOf(MaxForwards.MOST);

    /** A field line a line. */
    @FuzzTest
    void cdnLoop(byte[] data) {
        HeaderFields fields = fields(CdnLoop.NAME, Texts.lines(data));
        boolean named = CdnLoop.names(fields, "weir-1");
        assertThat(CdnLoop.names(fields, "WEIR-1")).isEqualTo(named);
        if (named) {
            assertThat(fields.combined(CdnLoop.NAME).orElse("").toLowerCase(java.util.Locale.ROOT))
                    .contains("weir-1");
        }
        // Whatever others wrote, our own line behind it is found.
        HeaderFields behind = fields.toBuilder().add("cdn-loop", "weir-1").build();
        assertThat(CdnLoop.names(behind, "weir-1")).isTrue();
        assertThat(CdnLoop.names(
                        fields.toBuilder()
                                .add("cdn-loop", "other; a=\"weir-1, weir-1\"")
                                .build(),
                        "weir-1"))
                .isEqualTo(named);
    }

    /** A field line a line. */
    @FuzzTest
    void maxForwards(byte[] data) {
        HeaderFields fields = fields(MaxForwards.NAME, Texts.lines(data));
        List<String> lines = fields.all(MaxForwards.NAME);
        assertThat(MaxForwards.of("GET", fields)).isInstanceOf(MaxForwards.Unlimited.class);
        MaxForwards read = MaxForwards.of("OPTIONS", fields);
        assertThat(MaxForwards.of("TRACE", fields)).isEqualTo(read);
        if (lines.isEmpty()) {
            assertThat(read).isInstanceOf(MaxForwards.Unlimited.class);
        } else if (lines.size() > 1 || !lines.get(0).matches("[0-9]+")) {
            assertThat(read).isInstanceOf(MaxForwards.Invalid.class);
        } else if (new BigInteger(lines.get(0)).signum() == 0) {
            assertThat(read).isInstanceOf(MaxForwards.Last.class);
        } else {
            BigInteger after =
                    new BigInteger(lines.get(0)).subtract(BigInteger.ONE).min(MOST);
            assertThat(read).isEqualTo(new MaxForwards.Onward(after.intValueExact()));
        }
    }

    private static HeaderFields fields(String name, List<String> lines) {
        HeaderFields.Builder fields = HeaderFields.builder();
        for (String line : lines) {
            if (!line.isEmpty()) {
                fields.add(name, FieldSyntax.trim(line));
            }
        }
        return fields.build();
    }
}
