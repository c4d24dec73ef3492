package dev.weir.edge.pipeline;

import java.util.concurrent.atomic.AtomicInteger;

/** How many exchanges are under way on one event loop, with a bound. Counted on that loop; anybody may read. */
final class OpenExchanges {
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    OpenExchanges(int most) {
        this.most = most;
    }

    boolean enter(Exchange exchange) {
        int now = open.getPlain();
        if (now >= most) {
            return false;
        }
        open.setRelease(now + 1);
        exchange.admitted(true);
        return true;
    }

    /** Counts an exchange out, if it was counted in and not yet out. */
    void leave(Exchange exchange) {
        if (exchange.isAdmitted()) {
            exchange.admitted(false);
            open.setRelease(open.getPlain() - 1);
        }
    }

    int count() {
        return open.get();
    }
}
