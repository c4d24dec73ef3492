package dev.weir.system;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One origin of the checked world: resources that change now and then, and at once when they are posted to. It keeps when
 * each version was superseded.
 */
final class CheckedOrigin implements AutoCloseable {
    private static final int MOST_VERSIONS = 4_096;
    private static final int CHANGES_ONE_IN = 60;
    private static final int BREAKS_ONE_IN = 8;

    private final String name;
    private final HttpServer server;
    private final History[] histories = new History[CheckedObject.COUNT];
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong parts = new AtomicLong();
    private final SplittableRandom random = new SplittableRandom(11);

    /** When the versions of one object ended; those there are. */
    private static final class History {
        private final long[] superseded = new long[MOST_VERSIONS];
        private int current;

        synchronized int current() {
            return current;
        }

        synchronized void change() {
            if (current < MOST_VERSIONS - 1) {
                superseded[current] = System.nanoTime();
                current++;
            }
        }

        /** When a version ended; {@link Long#MAX_VALUE} if it has not, or never was. */
        synchronized long superseded(int version) {
            return version < current ? superseded[version] : Long.MAX_VALUE;
        }
    }

    CheckedOrigin(String name, Vertx vertx) throws Exception {
        this.name = name;
        for (int i = 0; i < histories.length; i++) {
            histories[i] = new History();
        }
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setIdleTimeout(120).setIdleTimeoutUnit(TimeUnit.SECONDS))
                .requestHandler(this::answer)
                .listen(FreePorts.next(), "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    Address address() {
        return Address.loopback(server.actualPort());
    }

    String name() {
        return name;
    }

    long requests() {
        return requests.get();
    }

    long confirmed() {
        return confirmed.get();
    }

    long parts() {
        return parts.get();
    }

    long broken() {
        return broken.get();
    }

    /** When a version of an object ended, in nanoseconds; {@link Long#MAX_VALUE} if it has not. */
    long superseded(int number, int version) {
        return histories[number].superseded(version);
    }

    /** How many versions of an object there were before the one of now. */
    int current(int number) {
        return histories[number].current();
    }

    private void answer(HttpServerRequest request) {
        requests.incrementAndGet();
        request.exceptionHandler(gone -> {}); // a client that leaves is no news here
        HttpServerResponse response = request.response();
        response.exceptionHandler(gone -> {});
        String path = Objects.requireNonNullElse(request.path(), "");
        CheckedObject object = CheckedObject.of(Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
        History history = histories[object.number()];
        if (request.method().name().equals("POST")) {
            history.change();
            var unusedEnd = response.putHeader("Cache-Control", "no-store").end("changed\n");
            return;
        }
        if (random.nextInt(CHANGES_ONE_IN) == 0) {
            history.change();
        }
        String choice = object.kind() == CheckedObject.Kind.VARIED
                ? Objects.requireNonNullElse(request.getHeader("X-Choice"), "none")
                : "-";
        String user =
                object.kind().isPersonal() ? Objects.requireNonNullElse(request.getHeader("Authorization"), "-") : "-";
        CheckedBody body = object.kind() == CheckedObject.Kind.RANGED
                ? CheckedBody.ranged(name, object.number(), history.current())
                : new CheckedBody(name, object.number(), history.current(), choice, user, System.nanoTime());
        describe(response, object, body);
        if (object.kind().hasValidator() && body.entityTag().equals(request.getHeader("If-None-Match"))) {
            confirmed.incrementAndGet();
            var unusedEnd = response.setStatusCode(304).end();
            return;
        }
        send(request, object, asked(request, object, Buffer.buffer(body.octets(object.length()))));
    }

    /** The part that is asked for, of what has parts. */
    private Buffer asked(HttpServerRequest request, CheckedObject object, Buffer whole) {
        String range = Objects.requireNonNullElse(request.getHeader("Range"), "");
        if (object.kind() != CheckedObject.Kind.RANGED || !range.startsWith("bytes=")) {
            return whole;
        }
        int dash = range.indexOf('-');
        int first = Integer.parseInt(range.substring(6, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        parts.incrementAndGet();
        request.response()
                .setStatusCode(206)
                .putHeader("Content-Range", "bytes " + first + "-" + last + "/" + whole.length());
        return whole.slice(first, last + 1);
    }

    private static void describe(HttpServerResponse response, CheckedObject object, CheckedBody body) {
        response.putHeader("Cache-Control", object.cacheControl()).putHeader("Surrogate-Key", object.tag());
        if (object.kind().hasValidator()) {
            response.putHeader("ETag", body.entityTag());
        }
        if (object.kind() == CheckedObject.Kind.VARIED) {
            response.putHeader("Vary", "X-Choice");
        }
    }

    private void send(HttpServerRequest request, CheckedObject object, Buffer body) {
        HttpServerResponse response = request.response();
        if (object.chunked()) {
            response.setChunked(true);
        } else {
            response.putHeader("Content-Length", Integer.toString(body.length()));
        }
        if (request.method().name().equals("HEAD")) {
            var unusedEnd = response.end();
        } else if (object.breaks() && random.nextInt(BREAKS_ONE_IN) == 0) {
            broken.incrementAndGet();
            var unusedClose = response.write(body.slice(0, body.length() / 2))
                    .onComplete(written -> request.connection().close());
        } else if (object.chunked()) {
            int half = body.length() / 2;
            var unusedFirst = response.write(body.slice(0, half));
            var unusedEnd = response.end(body.slice(half, body.length()));
        } else {
            var unusedEnd = response.end(body);
        }
    }

    @Override
    public void close() {
        var unusedClose = server.close();
    }
}
