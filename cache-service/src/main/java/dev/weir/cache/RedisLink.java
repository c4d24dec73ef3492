package dev.weir.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One pipelined connection to Redis that is made anew when lost. Commands are bounded in number until Redis really
 * answered them, not until we gave up on them; each has a deadline; a connection on which nothing is answered for
 * {@link #STALLED} is dropped. Without a connection commands fail at once. Confined to one context.
 */
final class RedisLink {
    static final String READ_ONLY = "redis: read-only";
    static final Duration STALLED = Duration.ofSeconds(2);
    private static final long FIRST_BACK_OFF_MILLIS = 50;
    private static final long LAST_BACK_OFF_MILLIS = 2_000;

    private final Vertx vertx;
    private final RedisMaster master;
    private final int mostOutstanding;
    private final Function<String, Request> greeting;
    private final StoreFaults faults;
    private final LongSupplier nanos;
    private @Nullable Lane lane;
    private String trouble = "redis: not connected yet";
    private String policyTrouble = "";
    private long backOffMillis = FIRST_BACK_OFF_MILLIS;
    private boolean closed;

    /** A connection and what is outstanding on it. */
    private static final class Lane {
        final Redis client;
        final RedisConnection connection;
        final String run;
        int outstanding;
        long lastAnswerNanos;

        Lane(Redis client, RedisConnection connection, String run) {
            this.client = client;
            this.connection = connection;
            this.run = run;
        }
    }

    /**
     * Connects in the background, from now on.
     *
     * @param master how it is reached; for a connection to be usable, authentication and scripts included, it has as long
     *     as that says
     * @param mostOutstanding commands at a time
     * @param greeting made of what names this run of this Redis; without success in it the connection isn't used
     */
    RedisLink(
            Vertx vertx,
            RedisMaster master,
            int mostOutstanding,
            Function<String, Request> greeting,
            StoreFaults faults,
            LongSupplier nanos) {
        this.vertx = vertx;
        this.master = master;
        this.mostOutstanding = mostOutstanding;
        this.greeting = greeting;
        this.faults = faults;
        this.nanos = nanos;
        connect();
    }

    /** Runs a script. */
    Future<Response> run(RedisScript script, Duration deadline, List<String> keys, List<Object> arguments) {
        return send(call(Command.EVALSHA, script.sha1(), keys, arguments), deadline)
                .recover(failure -> isUnknownScript(failure)
                        ? send(call(Command.EVAL, script.source(), keys, arguments), deadline)
                        : Future.failedFuture(failure));
    }

    /** Sends a command; fails with {@link StoreException}. */
    Future<Response> send(Request command, Duration deadline) {
        Lane on = lane;
        if (on == null) {
            return fail(StoreFault.UNCONNECTED, trouble);
        }
        if (on.outstanding >= mostOutstanding) {
            dropIfStalled(on);
            return fail(StoreFault.BUSY, "redis: " + on.outstanding + " commands outstanding");
        }
        if (on.outstanding++ == 0) {
            on.lastAnswerNanos = nanos.getAsLong();
        }
        Promise<Response> answer = Promise.promise();
        long timer = vertx.setTimer(deadline.toMillis(), id -> timedOut(on, answer));
        on.connection.send(command).onComplete(result -> {
            on.outstanding--;
            on.lastAnswerNanos = nanos.getAsLong();
            vertx.cancelTimer(timer);
            if (result.succeeded()) {
                answer.tryComplete(result.result());
            } else {
                StoreException failure = failure(result.cause());
                answer.tryFail(failure);
                if (failure.fault() == StoreFault.READ_ONLY) {
                    // Who writes may be somebody else by now.
                    lost(on, READ_ONLY);
                }
            }
        });
        return answer.future();
    }

    /** Makes a connection anew: the one there is leads to a Redis that is of no use any more. */
    void leave(String why) {
        Lane on = lane;
        if (on != null) {
            lost(on, why);
        }
    }

    /** What names the run of the Redis that it is connected to; empty if it isn't, or isn't told. */
    String redisRun() {
        Lane on = lane;
        return on == null ? "" : on.run;
    }

    /** Why it does not work, or not as it should; else empty. */
    String trouble() {
        return trouble.isEmpty() ? policyTrouble : trouble;
    }

    Future<Void> close() {
        closed = true;
        trouble = "redis: closed";
        Lane last = lane;
        lane = null;
        return last == null ? Future.succeededFuture() : last.client.close();
    }

    /** A script called by its name or its text. */
    static Request call(Command command, String script, List<String> keys, List<Object> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        for (Object argument : arguments) {
            if (argument instanceof io.vertx.core.buffer.Buffer bytes) {
                request.arg(bytes);
            } else {
                request.arg(argument.toString());
            }
        }
        return request;
    }

    private static boolean isUnknownScript(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().contains("NOSCRIPT");
    }

    private void timedOut(Lane on, Promise<Response> answer) {
        if (answer.tryFail(counted(StoreFault.TIMEOUT, "redis: no answer in time"))) {
            dropIfStalled(on);
        }
    }

    private void dropIfStalled(Lane on) {
        if (nanos.getAsLong() - on.lastAnswerNanos > STALLED.toNanos()) {
            lost(on, "redis: stalled");
        }
    }

    private StoreException failure(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("NOSCRIPT")) {
            return new StoreException(StoreFault.OTHER, message);
        }
        boolean closedMeanwhile = lane == null || message.contains("CONNECTION_CLOSED");
        return counted(closedMeanwhile ? StoreFault.UNCONNECTED : StoreFault.of(message), message);
    }

    private StoreException counted(StoreFault fault, String message) {
        faults.count(fault);
        return new StoreException(fault, message);
    }

    private <T> Future<T> fail(StoreFault fault, String message) {
        return Future.failedFuture(counted(fault, message));
    }

    private void connect() {
        master.find().onComplete(found -> {
            if (closed) {
                return;
            }
            if (found.succeeded()) {
                connect(found.result().setMaxWaitingHandlers(mostOutstanding + 64));
            } else {
                notConnected(why(found.cause()));
            }
        });
    }

    private void connect(RedisOptions options) {
        // A client of its own for each connection: closing it closes the socket for certain, where closing a pooled
        // connection would give a stalled one back to the pool.
        Redis client = Redis.createClient(vertx, options);
        Promise<Lane> attempt = Promise.promise();
        Duration deadline = master.connectDeadline();
        long timer = vertx.setTimer(deadline.toMillis(), id -> attempt.tryFail("no usable connection in " + deadline));
        client.connect()
                .compose(RedisLink::loadScripts)
                .compose(connection -> greet(client, connection))
                .onComplete(ready -> {
                    if (ready.succeeded()) {
                        attempt.tryComplete(ready.result());
                    } else {
                        attempt.tryFail(ready.cause());
                    }
                });
        attempt.future().onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.succeeded()) {
                use(result.result());
            } else {
                discard(client);
                notConnected(why(result.cause()));
            }
        });
    }

    private static Future<RedisConnection> loadScripts(RedisConnection connection) {
        List<Future<Response>> loads = new ArrayList<>();
        for (RedisScript script : RedisScript.values()) {
            loads.add(connection.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.source())));
        }
        return Future.all(loads).map(connection);
    }

    private Future<Lane> greet(Redis client, RedisConnection connection) {
        return connection.send(Request.cmd(Command.INFO)).map(String::valueOf).compose(info -> {
            policyTrouble = RedisInfo.policyTrouble(info);
            Lane made = new Lane(client, connection, RedisInfo.run(info));
            return made.run.isEmpty()
                    ? Future.failedFuture("INFO tells no run_id (expected: the user may ask INFO)")
                    : connection.send(greeting.apply(made.run)).map(made);
        });
    }

    /** What a failure says, and what its first cause does: TLS tells there what is wrong with a certificate. */
    private static String why(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? String.valueOf(failure.getMessage()) : failure.getMessage() + ": " + root.getMessage();
    }

    private void notConnected(String why) {
        master.isOfNoUse();
        StoreFault fault = StoreFault.of(why);
        faults.count(fault == StoreFault.OTHER ? StoreFault.UNCONNECTED : fault);
        trouble = "redis: " + why;
        connectLater();
    }

    private void use(Lane made) {
        if (closed) {
            discard(made.client);
            return;
        }
        made.lastAnswerNanos = nanos.getAsLong();
        made.connection.exceptionHandler(failure -> lost(made, "redis: " + failure.getMessage()));
        made.connection.endHandler(end -> lost(made, "redis: connection closed"));
        lane = made;
        trouble = "";
        backOffMillis = FIRST_BACK_OFF_MILLIS;
    }

    private void lost(Lane gone, String why) {
        if (lane == gone) {
            lane = null;
            trouble = why;
            discard(gone.client);
            connectLater();
        }
    }

    private void connectLater() {
        if (!closed) {
            vertx.setTimer(backOffMillis, id -> connect());
            backOffMillis = Math.min(LAST_BACK_OFF_MILLIS, backOffMillis * 2);
        }
    }

    /** Closes what is of no more use; there is nobody to tell if that fails. */
    private void discard(Redis client) {
        client.close().onFailure(ignored -> faults.count(StoreFault.OTHER));
    }
}
