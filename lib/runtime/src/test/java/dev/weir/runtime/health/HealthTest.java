package dev.weir.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.metrics.Metrics;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final Health health = new Health();

    private HealthRoutes.Answer answer(String path) {
        try (Metrics metrics = new Metrics()) {
            return new HealthRoutes(health, metrics).answer(path).orElseThrow();
        }
    }

    @Test
    void isNotReadyUntilEveryServiceHasStarted() {
        Health.Part edge = health.part("edge-proxy");
        edge.ready();
        assertThat(answer("/readyz").status()).isEqualTo(503);
        assertThat(answer("/startupz").status()).isEqualTo(503);
        assertThat(answer("/livez").status()).isEqualTo(200);
        health.started();
        assertThat(answer("/readyz").status()).isEqualTo(200);
        assertThat(answer("/startupz").status()).isEqualTo(200);
    }

    @Test
    void aDependencyThatIsDownOnlyDegrades() {
        health.started();
        health.part("edge-proxy").ready();
        Health.Part redis = health.dependency("redis");
        redis.notReady("connection refused");
        assertThat(health.overall()).isEqualTo(new Health.Status(Health.State.DEGRADED, "redis: connection refused"));
        HealthRoutes.Answer ready = answer("/readyz");
        assertThat(ready.status()).isEqualTo(200);
        JsonObject detail = new JsonObject(ready.body());
        assertThat(detail.getString("state")).isEqualTo("degraded");
        assertThat(detail.getJsonObject("parts").getJsonObject("redis").getString("reason"))
                .isEqualTo("connection refused");
        assertThat(answer("/livez").status()).isEqualTo(200);
    }

    @Test
    void theWorstPartCounts() {
        health.started();
        Health.Part policy = health.part("policy");
        Health.Part cache = health.dependency("cache");
        cache.degraded("slow");
        policy.notReady("no revision");
        assertThat(health.overall().reason()).isEqualTo("policy: no revision");
        assertThat(answer("/readyz").status()).isEqualTo(503);
        policy.degraded("the revision is old");
        assertThat(health.overall().reason()).isEqualTo("policy: the revision is old");
        policy.ready();
        cache.ready();
        assertThat(health.overall()).isEqualTo(new Health.Status(Health.State.READY, ""));
        health.draining();
        assertThat(answer("/readyz").status()).isEqualTo(503);
        assertThat(answer("/livez").status()).isEqualTo(200);
    }

    @Test
    void aNameIsTakenOnce() {
        Health.Part first = health.part("a");
        assertThat(first.status().reason()).isEqualTo("starting");
        assertThatThrownBy(() -> health.dependency("a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void knowsNoOtherPaths() {
        try (Metrics metrics = new Metrics()) {
            assertThat(new HealthRoutes(health, metrics).answer("/")).isEmpty();
        }
    }
}
