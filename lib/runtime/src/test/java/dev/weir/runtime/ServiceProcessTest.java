package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.contracts.Addresses;
import dev.weir.contracts.cluster.NodeStatus;
import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.runtime.health.Health;
import dev.weir.settings.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {
    @TempDir
    Path directory;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final BlockingQueue<NodeStatus> told = new LinkedBlockingQueue<>();

    private WeirConfig config(String more) {
        return WeirConfigReader.ofProcess()
                .withState(directory.resolve("state"))
                .read("weir.yaml", "health: { address: 127.0.0.1:0 }\n" + more);
    }

    private static ProcessArguments arguments(WeirConfig config) {
        return new ProcessArguments("all-in-one", "weir", config, false, true, true);
    }

    private Service service(String name, Future<Void> drained) {
        return new Service() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Future<Running> start(ServiceContext context) {
                events.add("start " + name);
                assertThat(Vertx.currentContext()).isNotNull();
                assertThat(context.secrets().adminToken()).isNotEmpty();
                context.health().part(name).ready();
                context.status().number(name + ".things", () -> 42);
                context.status().word("colour", () -> "green");
                var registration = context.bus().subscribe(Addresses.NODE_STATUS, told::add);
                return Future.succeededFuture(() -> {
                    events.add("drain " + name);
                    registration.close();
                    return drained;
                });
            }
        };
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void startsTellsAndDrainsInTheOppositeOrder() throws Exception {
        Future<Void> done = Future.succeededFuture();
        ServiceProcess process =
                ServiceProcess.start(List.of(service("one", done), service("two", done)), arguments(config("")));
        assertThat(get(process.healthPort(), "/readyz").statusCode()).isEqualTo(200);
        assertThat(get(process.healthPort(), "/metrics").body()).contains("weir_bus_requests_total");
        assertThat(get(process.healthPort(), "/other").statusCode()).isEqualTo(404);
        NodeStatus status = told.poll(10, TimeUnit.SECONDS);
        assertThat(status).isNotNull();
        assertThat(status.kind()).isEqualTo("all-in-one");
        assertThat(status.numbers()).containsEntry("one.things", 42L).containsKey("jvm.heap.used");
        assertThat(status.words()).containsEntry("colour", "green").containsEntry("part.two", "ready");
        assertThat(process.health().overall().state()).isEqualTo(Health.State.READY);
        process.end();
        process.end();
        assertThat(events).containsExactly("start one", "start two", "drain two", "drain one");
    }

    @Test
    void whatHangsDoesNotKeepTheProcess() {
        Future<Void> never = Promise.<Void>promise().future();
        ServiceProcess process =
                ServiceProcess.start(List.of(service("slow", never)), arguments(config("drain: 100ms")));
        process.end();
        assertThat(events).contains("drain slow");
    }

    @Test
    void aStateDirectoryIsForOneProcess() {
        Future<Void> done = Future.succeededFuture();
        ServiceProcess process = ServiceProcess.start(List.of(service("one", done)), arguments(config("")));
        StartException refused = catchThrowableOfType(
                StartException.class,
                () -> ServiceProcess.start(List.of(service("two", done)), arguments(config("")))
                        .end());
        assertThat(refused).hasMessageContaining("another Weir is using it");
        assertThat(refused.exitCode()).isEqualTo(2);
        process.end();
        ServiceProcess again = ServiceProcess.start(List.of(service("three", done)), arguments(config("")));
        again.end();
        assertThat(events).doesNotContain("start two").contains("start three");
    }

    @Test
    void aServiceThatFailsEndsTheOthers() {
        Service failing = new Service() {
            @Override
            public String name() {
                return "bad";
            }

            @Override
            public Future<Running> start(ServiceContext context) {
                return Future.failedFuture(new IOException("address in use"));
            }
        };
        StartException refused = catchThrowableOfType(
                StartException.class,
                () -> ServiceProcess.start(
                                List.of(service("one", Future.succeededFuture()), failing), arguments(config("")))
                        .end());
        assertThat(refused).hasMessage("bad: address in use");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(events).containsExactly("start one", "drain one");
    }

    @Test
    void aWrongFileFoundAtStartIsAConfigurationError() {
        Service strict = new Service() {
            @Override
            public String name() {
                return "policy-service";
            }

            @Override
            public Future<Running> start(ServiceContext context) {
                throw new SettingsException(List.of());
            }
        };
        StartException refused = catchThrowableOfType(
                StartException.class,
                () -> ServiceProcess.start(List.of(strict), arguments(config("")))
                        .end());
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    void aClusterNeedsItsCertificatesOrTheWordInsecure() {
        WeirConfig config = config("cluster: { members: [127.0.0.1] }");
        StartException refused = catchThrowableOfType(
                StartException.class,
                () -> ServiceProcess.start(List.of(), ProcessArguments.ofService("edge-proxy", "e", config))
                        .end());
        assertThat(refused).hasMessageContaining("weir init DIR");
        assertThat(refused.exitCode()).isEqualTo(2);
    }

    @Test
    void theMainOfAServiceNamesWrongUse() throws IOException {
        Service service = service("one", Future.succeededFuture());
        Path noCluster = Files.writeString(directory.resolve("a.yaml"), "drain: 1s");
        Path wrong = Files.writeString(directory.resolve("b.yaml"), "drian: 1s");
        assertThat(ServiceMain.run(service)).isEqualTo(2);
        assertThat(ServiceMain.run(service, "--config")).isEqualTo(2);
        assertThat(ServiceMain.run(service, "--what", "x")).isEqualTo(2);
        assertThat(ServiceMain.run(service, "--config", "/none/weir.yaml")).isEqualTo(2);
        assertThat(ServiceMain.run(service, "--config", noCluster.toString())).isEqualTo(2);
        assertThat(ServiceMain.run(service, "--config", wrong.toString())).isEqualTo(2);
        assertThat(events).isEmpty();
    }
}
