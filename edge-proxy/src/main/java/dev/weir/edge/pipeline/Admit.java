package dev.weir.edge.pipeline;

import dev.weir.http.ProxyError;

/** Lets no more exchanges in than this event loop can hold in memory; who comes too many is told to come again. */
final class Admit implements Phase.Now {
    private static final Verdict FULL =
            new Verdict.Reply(LocalAnswer.unavailable("exchange-limit", ProxyError.CONNECTION_LIMIT_REACHED.token()));

    private final OpenExchanges open;

    Admit(OpenExchanges open) {
        this.open = open;
    }

    @Override
    public Stage stage() {
        return Stage.ADMIT;
    }

    @Override
    public Verdict run(Exchange exchange) {
        return open.enter(exchange) ? Verdict.PROCEED : FULL;
    }
}
