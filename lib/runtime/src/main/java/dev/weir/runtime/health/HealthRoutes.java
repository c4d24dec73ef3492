package dev.weir.runtime.health;

import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** The answers of {@code /livez}, {@code /readyz}, {@code /startupz} and {@code /metrics}, for any server to give. */
public final class HealthRoutes {
    /**
     * An answer.
     *
     * @param status of HTTP
     * @param contentType of the body
     * @param body whole
     */
    public record Answer(int status, String contentType, String body) {}

    private static final String JSON = "application/json";

    private final Health health;
    private final Metrics metrics;

    /** Over a process's state and meters. */
    public HealthRoutes(Health health, Metrics metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    /** The answer of a path; empty if it is none of these. */
    public Optional<Answer> answer(String path) {
        return switch (path) {
            case "/livez" ->
                Optional.of(new Answer(
                        200, JSON, new JsonObject().put("state", "live").encode()));
            case "/readyz" -> Optional.of(ready());
            case "/startupz" -> Optional.of(startup());
            case "/metrics" -> Optional.of(new Answer(200, Metrics.CONTENT_TYPE, metrics.scrape()));
            default -> Optional.empty();
        };
    }

    private Answer ready() {
        Health.Status overall = health.overall();
        return new Answer(overall.state() == Health.State.NOT_READY ? 503 : 200, JSON, detail(overall));
    }

    private Answer startup() {
        return new Answer(health.isStarted() ? 200 : 503, JSON, detail(health.overall()));
    }

    private String detail(Health.Status overall) {
        JsonObject parts = new JsonObject();
        health.parts().forEach((name, status) -> parts.put(name, json(status)));
        return json(overall).put("parts", parts).encode();
    }

    private static JsonObject json(Health.Status status) {
        JsonObject json = new JsonObject().put("state", status.state().word());
        return status.reason().isEmpty() ? json : json.put("reason", status.reason());
    }
}
