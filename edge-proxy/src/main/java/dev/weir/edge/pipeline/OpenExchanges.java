package dev.weir.edge.pipeline;

/** How many exchanges are under way on one event loop, with a bound. */
final class OpenExchanges {
    private final int most;
    private int open;

    OpenExchanges(int most) {
        this.most = most;
    }

    boolean enter(Exchange exchange) {
        if (open >= most) {
            return false;
        }
        open++;
        exchange.admitted();
        return true;
    }

    void leave(Exchange exchange) {
        if (exchange.isAdmitted()) {
            open--;
        }
    }

    int count() {
        return open;
    }
}
