package dev.weir.cache;

import dev.weir.runtime.config.RedisConfig;
import dev.weir.runtime.config.RedisEndpoint;
import dev.weir.runtime.config.Secret;
import dev.weir.runtime.config.SentinelConfig;
import dev.weir.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How the Redis that may be written to is reached: the one that is configured, or the one that a sentinel names at the
 * moment. The sentinel that answered last is asked
 * first, unless what it named was of no use: it may be cut off from the others. Confined to one context.
 */
final class RedisMaster {
    private final Vertx vertx;
    private final RedisConfig config;
    private int next;

    RedisMaster(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** How long a connection may take. */
    Duration connectDeadline() {
        return config.connect();
    }

    /** Options of a client for it. Fails if no sentinel knows it, within the time that a connection may take. */
    Future<RedisOptions> find() {
        return config.sentinel().isEmpty()
                ? Future.succeededFuture(redis(config.endpoints().get(0)))
                : ask(config.sentinel().get(), 0, "");
    }

    /** The last one that was found can't be used: the next question goes to another sentinel first. */
    void isOfNoUse() {
        next = (next + 1) % config.endpoints().size();
    }

    private Future<RedisOptions> ask(SentinelConfig sentinel, int asked, String refusals) {
        List<RedisEndpoint> sentinels = config.endpoints();
        if (asked == sentinels.size()) {
            return Future.failedFuture("no sentinel names a master \"" + sentinel.master() + "\":" + refusals);
        }
        int at = (next + asked) % sentinels.size();
        RedisEndpoint endpoint = sentinels.get(at);
        Redis client = Redis.createClient(
                vertx, options(endpoint, sentinel.user(), sentinel.password(), share(sentinels.size())));
        return client.send(Request.cmd(Command.SENTINEL)
                        .arg("GET-MASTER-ADDR-BY-NAME")
                        .arg(sentinel.master()))
                .timeout(share(sentinels.size()).toMillis(), TimeUnit.MILLISECONDS)
                .map(RedisMaster::address)
                .transform(answer -> {
                    // A client for one question; there is nobody to tell if it can't be closed.
                    client.close().onComplete(closed -> {});
                    return answer.succeeded() && answer.result().isPresent()
                            ? found(at, endpoint.at(answer.result().get()))
                            : ask(
                                    sentinel,
                                    asked + 1,
                                    refusals + " " + endpoint.address() + ": "
                                            + (answer.succeeded()
                                                    ? "not known"
                                                    : answer.cause().getMessage()) + ";");
                });
    }

    private Future<RedisOptions> found(int by, RedisEndpoint master) {
        next = by;
        return Future.succeededFuture(redis(master));
    }

    private static Optional<HostPort> address(@Nullable Response answer) {
        return answer == null || answer.size() != 2
                ? Optional.empty()
                : Optional.of(
                        new HostPort(answer.get(0).toString(), answer.get(1).toInteger()));
    }

    private RedisOptions redis(RedisEndpoint endpoint) {
        return options(endpoint, config.user(), config.password(), config.connect());
    }

    private RedisOptions options(
            RedisEndpoint endpoint, Optional<String> user, Optional<Secret> password, Duration connect) {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) Math.max(1, connect.toMillis()))
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        if (endpoint.tls()) {
            net.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            config.ca().ifPresent(file -> net.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        }
        RedisOptions options =
                new RedisOptions().setConnectionString(endpoint.toString()).setNetClientOptions(net);
        user.ifPresent(options::setUser);
        password.map(Secret::value).ifPresent(options::setPassword);
        return options;
    }

    /** So that all of them can be asked in the time for a connection. */
    private Duration share(int of) {
        return config.connect().dividedBy(of).plusMillis(1);
    }
}
