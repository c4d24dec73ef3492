package dev.weir.console;

import dev.weir.runtime.Running;
import dev.weir.runtime.Service;
import dev.weir.runtime.ServiceContext;
import dev.weir.runtime.config.AdminConfig;
import dev.weir.runtime.config.Secret;
import dev.weir.runtime.health.Health;
import dev.weir.runtime.health.HealthRoutes;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;

/** The console: what it shows it has heard on the bus, what it changes it asks of the service that owns it. */
public final class ConsoleService implements Service {
    private static final int IDLE_SECONDS = 75;

    @Override
    public String name() {
        return "console";
    }

    @Override
    public boolean holdsClusterData() {
        return false;
    }

    @Override
    public Future<Running> start(ServiceContext context) {
        AdminConfig admin = context.config().admin();
        Health.Part part = context.health().part("admin-port");
        NodeBoard board = new NodeBoard(context.clock());
        var heard = board.listen(context.bus());
        String token = admin.token()
                .map(Secret::value)
                .orElseGet(() -> context.secrets().adminToken());
        Access access = new Access(token, admin.address());

        Router router = Router.router(context.vertx());
        router.route().handler(access::check);
        new HealthPages(new HealthRoutes(context.health(), context.metrics())).mount(router);
        new StatusApi(board).mount(router);
        new ExplainApi(context.bus(), board, context.config().cache().applied(), context.clock()).mount(router);
        new ChangeApi(context.bus(), admin.body()).mount(router);
        AuditApi audit = new AuditApi(context.vertx(), context.bus());
        audit.mount(router);
        new OverviewPage(board).mount(router);
        router.route().failureHandler(Problems::failed);

        return context.vertx()
                .createHttpServer(new HttpServerOptions()
                        .setIdleTimeout(IDLE_SECONDS)
                        .setMaxInitialLineLength(8 * 1024)
                        .setMaxHeaderSize(16 * 1024))
                .requestHandler(router)
                .listen(admin.address().port(), admin.address().host())
                .map(server -> {
                    part.ready();
                    return () -> {
                        heard.close();
                        audit.close();
                        return server.shutdown();
                    };
                });
    }
}
