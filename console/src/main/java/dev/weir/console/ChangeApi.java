package dev.weir.console;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cache.PurgeOrder;
import dev.weir.contracts.cache.PurgeReport;
import dev.weir.contracts.policy.PublishReply;
import dev.weir.contracts.policy.PublishRequest;
import dev.weir.runtime.cluster.Bus;
import dev.weir.runtime.cluster.FrameTooLargeException;
import dev.weir.settings.ByteSize;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What changes something: purge, and the policy. Each change is one line in the log of this process. */
final class ChangeApi {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeApi.class);
    private static final Duration PURGE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PUBLISH_TIMEOUT = Duration.ofSeconds(15);
    private static final int LARGEST_POLICY = 48 * 1024;

    private final Bus bus;
    private final ByteSize largestBody;

    ChangeApi(Bus bus, ByteSize largestBody) {
        this.bus = bus;
        this.largestBody = largestBody;
    }

    void mount(Router router) {
        BodyHandler body = BodyHandler.create(false).setBodyLimit(largestBody.bytes());
        router.post("/api/v1/purge").handler(body).handler(this::purge);
        router.post("/api/v1/policy").handler(body).handler(this::publish);
    }

    private void purge(RoutingContext context) {
        PurgeOrder order;
        try {
            order = PurgeBody.read(context.body().buffer());
        } catch (IllegalArgumentException e) {
            Problems.answer(context, 400, String.valueOf(e.getMessage()));
            return;
        }
        Future<PurgeReport> done;
        try {
            done = bus.request(Addresses.CACHE_PURGE_SCOPES, order, PURGE_TIMEOUT);
        } catch (FrameTooLargeException e) {
            Problems.answer(context, 413, "too much at once: name fewer");
            return;
        }
        done.onSuccess(report -> purged(context, order, report))
                .onFailure(failure -> Problems.unanswered(context, "cache-service", failure));
    }

    private static void purged(RoutingContext context, PurgeOrder order, PurgeReport report) {
        JsonObject said = report.toJson(order);
        LOG.info("purge: {}", said.encode());
        json(context, 200, said);
    }

    private void publish(RoutingContext context) {
        Buffer text = context.body().buffer();
        Buffer packed = text == null ? Buffer.buffer() : gzip(text);
        if (packed.length() > LARGEST_POLICY) {
            Problems.answer(
                    context,
                    413,
                    "the policy is " + packed.length() + " bytes compressed (expected: at most " + LARGEST_POLICY
                            + "); put long lists into files that it names");
            return;
        }
        boolean dryRun = "true".equals(context.request().getParam("dry-run"));
        bus.request(Addresses.POLICY_PUBLISH, new PublishRequest(packed, dryRun, "admin"), PUBLISH_TIMEOUT)
                .onSuccess(reply -> published(context, dryRun, reply))
                .onFailure(failure -> Problems.unanswered(context, "policy-service", failure));
    }

    private static void published(RoutingContext context, boolean dryRun, PublishReply reply) {
        if (!dryRun) {
            LOG.info("policy {}, in force: {}", reply.accepted() ? "published" : "refused", reply.pair());
        }
        json(
                context,
                reply.accepted() ? 200 : 422,
                new JsonObject()
                        .put("accepted", reply.accepted())
                        .put("problems", new JsonArray(reply.problems()))
                        .put("revision", reply.pair().toString()));
    }

    private static Buffer gzip(Buffer text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen in memory", e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static void json(RoutingContext context, int status, JsonObject body) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Cache-Control", "no-store")
                .end(body.encode() + "\n")
                .onFailure(context::fail);
    }
}
