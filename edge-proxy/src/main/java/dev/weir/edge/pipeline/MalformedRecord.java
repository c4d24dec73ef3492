package dev.weir.edge.pipeline;

import dev.weir.edge.listener.MalformedSink;
import dev.weir.edge.log.AuditOutbox;
import dev.weir.edge.log.AuditRecord;
import dev.weir.edge.log.AuditRecord.Kind;
import io.vertx.core.net.SocketAddress;
import java.time.InstantSource;

/** Records what was refused for its form: who sent it and why, with its first octets, escaped. */
final class MalformedRecord implements MalformedSink {
    private final ListenerContext listener;
    private final AuditOutbox outbox;
    private final InstantSource clock;

    MalformedRecord(ListenerContext listener, AuditOutbox outbox, InstantSource clock) {
        this.listener = listener;
        this.outbox = outbox;
        this.clock = clock;
    }

    @Override
    public void refused(String name, SocketAddress client, String reason, String excerpt) {
        long now = clock.millis();
        var unused = outbox.append(new AuditRecord(Kind.MALFORMED, now)
                .listener(listener.name())
                .mode(listener.mode().word())
                .clientAddress(listener.mask(ExchangeEntry.address(client), now))
                .path(excerpt)
                .termination(Termination.MALFORMED.word())
                .reason(reason));
    }
}
