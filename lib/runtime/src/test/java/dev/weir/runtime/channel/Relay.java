package dev.weir.runtime.channel;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between two peers that can be stopped: what is sent then goes nowhere, and nobody is told. */
final class Relay {
    private final NetServer server;
    private final NetClient client;
    private final List<NetSocket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    Relay(Vertx vertx, int to) throws Exception {
        client = vertx.createNetClient();
        server = vertx.createNetServer().connectHandler(near -> {
            connections.incrementAndGet();
            near.pause();
            client.connect(to, "127.0.0.1")
                    .onFailure(failure -> near.close().onComplete(closed -> {}))
                    .onSuccess(far -> {
                        sockets.add(near);
                        sockets.add(far);
                        near.handler(octets -> far.write(octets).onFailure(gone -> {}));
                        far.handler(octets -> near.write(octets).onFailure(gone -> {}));
                        near.closeHandler(closed -> far.close().onComplete(also -> {}));
                        far.closeHandler(closed -> near.close().onComplete(also -> {}));
                        near.resume();
                    });
        });
        var unused = server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
    }

    String address() {
        return "127.0.0.1:" + server.actualPort();
    }

    int connections() {
        return connections.get();
    }

    void stop() {
        sockets.forEach(NetSocket::pause);
    }
}
