package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainedTextTest {
    private static JsonObject said(int stored, int selected, String selecting) {
        JsonArray all = new JsonArray();
        for (int i = 0; i < stored; i++) {
            all.add(new JsonObject()
                    .put("number", i)
                    .put("selected", i == selected)
                    .put("selecting", new JsonArray().add(selecting)));
        }
        return new JsonObject().put("edge", "e").put("cache", new JsonObject().put("stored", all));
    }

    @Test
    void whatFitsIsToldWhole() {
        JsonObject said = said(32, 3, "x".repeat(100));
        assertThat(ExplainedText.of(said))
                .isEqualTo(said(32, 3, "x".repeat(100)).encode());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, 31})
    void theLastAreNotToldButTheRequestsOwnIs(int selected) {
        String text = ExplainedText.of(said(32, selected, "\u00e9\"".repeat(1_000)));
        assertThat(text.getBytes(StandardCharsets.UTF_8).length)
                .isBetween(ExplainedText.MOST_BYTES / 2, ExplainedText.MOST_BYTES);
        JsonObject cache = new JsonObject(text).getJsonObject("cache");
        JsonArray stored = cache.getJsonArray("stored");
        assertThat(stored.size() + cache.getInteger("untold")).isEqualTo(32);
        assertThat(stored.stream().map(each -> ((JsonObject) each).getInteger("number")))
                .contains(0, 1, selected)
                .isSorted();
    }

    @Test
    void whatIsTooLongByItselfIsDroppedAsWell() {
        JsonObject cache = new JsonObject(ExplainedText.of(said(2, 0, "x".repeat(70_000)))).getJsonObject("cache");
        assertThat(cache.getJsonArray("stored")).isEmpty();
        assertThat(cache.getInteger("untold")).isEqualTo(2);
    }

    @Test
    void aRequestThatIsTooLongIsAProblem() {
        JsonObject said = said(3, 0, "x").put("key", "k".repeat(70_000));
        JsonObject told = new JsonObject(ExplainedText.of(said));
        assertThat(told.getString("edge")).isEqualTo("e");
        assertThat(told.getString("problem")).contains("60 KiB");
    }
}
