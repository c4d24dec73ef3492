package dev.weir.edge.upstream;

import dev.weir.http.HeaderFields;
import io.vertx.core.net.NetSocket;

/** What an origin says to a request to change the protocol (RFC 9110 §7.8). */
public sealed interface UpgradeAnswer {
    /**
     * 101: from here the connection speaks {@code protocol}.
     *
     * @param fields of the answer, Upgrade among them, without Connection
     * @param socket paused; bytes that came behind the answer are in it. Whoever takes it closes it.
     */
    record Switched(String protocol, HeaderFields fields, NetSocket socket, OriginTimings timings)
            implements UpgradeAnswer {}

    /** An ordinary answer: no change of protocol. */
    record Answered(OriginAnswer answer) implements UpgradeAnswer {}
}
