package dev.weir.edge.pipeline;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/**
 * What is explained, as text that fits into one message of the bus: of too many stored responses the last aren't told, but
 * counted; the one that the request would be given is told as long as any.
 */
final class ExplainedText {
    /** Less than a frame, which has an address, too. */
    static final int MOST_BYTES = 60 * 1024;

    private ExplainedText() {}

    static String of(JsonObject said) {
        String text = said.encode();
        JsonObject cache = said.getJsonObject("cache");
        JsonArray stored = cache == null ? null : cache.getJsonArray("stored");
        while (isTooLong(text) && stored != null && !stored.isEmpty()) {
            int before = stored.size();
            drop(stored);
            cache.put("untold", cache.getInteger("untold", 0) + before - stored.size());
            text = said.encode();
        }
        return isTooLong(text) ? tooLong(said, text) : text;
    }

    /** Drops the last of those that aren't the request's, an eighth of them at once; that one when it is alone. */
    private static void drop(JsonArray stored) {
        int left = stored.size() - 1 - stored.size() / 8;
        for (int i = stored.size() - 1; i > 0 && stored.size() > left; i--) {
            if (!stored.getJsonObject(i).getBoolean("selected", false)) {
                stored.remove(i);
            }
        }
        if (stored.size() > left) {
            stored.remove(0);
        }
    }

    private static String tooLong(JsonObject said, String text) {
        return new JsonObject()
                .put("edge", said.getString("edge"))
                .put(
                        "problem",
                        "what there is to say: " + text.length() + " characters (expected: at most " + MOST_BYTES / 1024
                                + " KiB), even of the request alone")
                .encode();
    }

    private static boolean isTooLong(String text) {
        return text.length() > MOST_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES;
    }
}
