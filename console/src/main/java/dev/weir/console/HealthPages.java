package dev.weir.console;

import dev.weir.runtime.health.HealthRoutes;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Health and metrics of this process, on the admin port too. */
final class HealthPages {
    private final HealthRoutes routes;

    HealthPages(HealthRoutes routes) {
        this.routes = routes;
    }

    void mount(Router router) {
        router.get("/livez").handler(this::answer);
        router.get("/readyz").handler(this::answer);
        router.get("/startupz").handler(this::answer);
        router.get("/metrics").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        HealthRoutes.Answer answer = routes.answer(context.request().path()).orElseThrow();
        context.response()
                .setStatusCode(answer.status())
                .putHeader("Content-Type", answer.contentType())
                .putHeader("Cache-Control", "no-store")
                .end(answer.body())
                .onFailure(context::fail);
    }
}
