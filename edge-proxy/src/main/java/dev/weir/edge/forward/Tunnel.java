package dev.weir.edge.forward;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;

/**
 * Bytes relayed between a client and an origin, both ways at the pace of the slower side, until both are done or
 * something ends it. Lives on a single event loop, that of both connections.
 */
final class Tunnel {
    private final TunnelLeg client;
    private final TunnelLeg origin;
    private final Duration idle;
    private final Duration total;
    private final Pump up;
    private final Pump down;
    private final long began = System.nanoTime();
    private final Promise<TunnelReport> over = Promise.promise();
    private long lastByte = began;
    private boolean ended;

    Tunnel(TunnelLeg client, TunnelLeg origin, Duration idle, Duration total) {
        this.client = client;
        this.origin = origin;
        this.idle = idle;
        this.total = total;
        this.up = new Pump(client, origin, TunnelEnd.CLIENT_BROKE);
        this.down = new Pump(origin, client, TunnelEnd.ORIGIN_BROKE);
    }

    /** Begins; completed once, when the tunnel is over. */
    Future<TunnelReport> start() {
        client.start(up);
        if (!ended) {
            origin.start(down);
        }
        return over.future();
    }

    void sweep(long nowNanos) {
        if (nowNanos - lastByte > idle.toNanos()) {
            end(TunnelEnd.IDLE);
        } else if (nowNanos - began > total.toNanos()) {
            end(TunnelEnd.TOTAL);
        }
    }

    /** Closes both sides; only the first call counts. */
    void end(TunnelEnd why) {
        if (!ended) {
            ended = true;
            client.close();
            origin.close();
            over.complete(new TunnelReport(why, up.bytes, down.bytes, System.nanoTime() - began));
        }
    }

    /** One direction. */
    private final class Pump implements TunnelLeg.Taker {
        private final TunnelLeg from;
        private final TunnelLeg to;
        private final TunnelEnd ifBroken;
        private long bytes;
        private boolean sourceEnded;
        private boolean done;

        Pump(TunnelLeg from, TunnelLeg to, TunnelEnd ifBroken) {
            this.from = from;
            this.to = to;
            this.ifBroken = ifBroken;
        }

        @Override
        public void data(ByteBuf octets) {
            if (ended) {
                octets.release();
                return;
            }
            lastByte = System.nanoTime();
            bytes += octets.readableBytes();
            to.write(octets);
            if (to.isFull() && !ended) {
                from.read(false);
                to.onDrain(this::drained);
            }
        }

        private void drained() {
            if (!ended) {
                lastByte = System.nanoTime();
                from.read(true);
            }
        }

        @Override
        public void ended() {
            if (!sourceEnded && !ended) {
                sourceEnded = true;
                lastByte = System.nanoTime();
                to.finish().onComplete(sent -> finished(sent.succeeded()));
            }
        }

        private void finished(boolean sent) {
            done = true;
            if (!sent || (up.done && down.done)) {
                end(sent ? TunnelEnd.CLOSED : other().ifBroken);
            }
        }

        @Override
        public void closed() {
            if (ended) {
                return;
            }
            // Gone both ways: what it sent still goes out, and then there is nobody to take the other direction's
            // bytes.
            to.finish().onComplete(sent -> end(TunnelEnd.CLOSED));
        }

        @Override
        public void broke() {
            if (!ended) {
                to.abort();
                end(ifBroken);
            }
        }

        private Pump other() {
            return this == up ? down : up;
        }
    }
}
