package dev.weir.launcher;

import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import io.vertx.core.Future;

/** The sample origin inside the process that proxies it; ends after the edge, as it starts before. */
record SampleOriginService(int port) implements Service {
    @Override
    public String name() {
        return "sample-origin";
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        return SampleOrigin.start(context.vertx(), port).map(server -> server::close);
    }
}
