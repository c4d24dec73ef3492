package dev.weir.console;

import dev.weir.runtime.cluster.BusException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where refusals and failures of the admin port become answers (RFC 9457). */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /** Answers with a problem. */
    static void answer(RoutingContext context, int status, String detail) {
        if (context.response().ended() || context.response().closed()) {
            return;
        }
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .putHeader("Cache-Control", "no-store")
                .end(new JsonObject()
                                .put("status", status)
                                .put("detail", detail)
                                .encode() + "\n")
                .onFailure(gone -> LOG.debug("client left before its answer", gone));
    }

    /** Answers for a service that was asked over the bus and gave no answer. */
    static void unanswered(RoutingContext context, String service, Throwable failure) {
        String why = failure instanceof BusException bus
                ? switch (bus.kind()) {
                    case NOT_JOINED -> "the console is in no cluster at this moment";
                    case NO_HANDLERS -> "is not there";
                    case TIMEOUT -> "did not answer in time; the change may have been made";
                    case BUSY -> "is busy";
                    case FAILED -> String.valueOf(bus.getMessage());
                }
                : String.valueOf(failure.getMessage());
        answer(context, 503, service + ": " + why);
    }

    /** Answers when a handler failed or nothing was found. */
    static void failed(RoutingContext context) {
        int status = context.statusCode() > 0 ? context.statusCode() : 500;
        if (context.failure() != null && status >= 500) {
            LOG.error(
                    "{} {} failed",
                    context.request().method(),
                    context.request().path(),
                    context.failure());
        }
        answer(context, status, status == 404 ? "nothing here" : status == 413 ? "too large" : "the request failed");
    }
}
