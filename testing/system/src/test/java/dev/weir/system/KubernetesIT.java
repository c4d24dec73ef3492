package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.settings.YamlReader;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/base} as kubectl renders it, which needs no cluster; skipped where kubectl is missing or too old. */
class KubernetesIT {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet");
    /** Older ones do not know {@code labels} of a kustomization. */
    private static final int OLDEST_MINOR = 24;

    private static final List<JsonObject> OBJECTS = new ArrayList<>();

    @BeforeAll
    static void render() throws Exception {
        assumeTrue(minorVersion() >= OLDEST_MINOR, "no kubectl 1." + OLDEST_MINOR + " or newer on the PATH");
        Said rendered = run(
                Map.of(),
                "kubectl",
                "kustomize",
                Checkout.root().resolve("k8s/base").toString());
        assertThat(rendered.exit).as(rendered.text).isZero();
        for (String document : rendered.text.split("(?m)^---$", -1)) {
            OBJECTS.add(new JsonObject(YamlReader.read("k8s/base", document).toJson()));
        }
    }

    private record Said(int exit, String text) {}

    private static Said run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Said(process.exitValue(), said);
    }

    private static int minorVersion() throws InterruptedException {
        try {
            Matcher minor = Pattern.compile("\"minor\":\\s*\"(\\d+)")
                    .matcher(run(Map.of(), "kubectl", "version", "--client", "-o", "json").text);
            return minor.find() ? Integer.parseInt(minor.group(1)) : 0;
        } catch (IOException noKubectl) {
            return 0;
        }
    }

    @Test
    void namesTheWorkloads() {
        assertThat(workloads().map(KubernetesIT::name).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "edge-proxy", "cache-service", "policy-service", "audit-service", "console", "redis");
        assertThat(OBJECTS.stream()
                        .map(each -> each.getString("kind") + "/" + name(each))
                        .collect(Collectors.toList()))
                .as("each once")
                .doesNotHaveDuplicates();
    }

    @Test
    void selectorsMatchThePodsTheyMean() {
        workloads()
                .forEach(workload -> assertThat(labels(pod(workload)).getMap())
                        .as(name(workload))
                        .containsAllEntriesOf(workload.getJsonObject("spec")
                                .getJsonObject("selector")
                                .getJsonObject("matchLabels")
                                .getMap()));
        of("Service").forEach(service -> {
            Map<String, Object> selector =
                    service.getJsonObject("spec").getJsonObject("selector").getMap();
            List<JsonObject> meant = workloads()
                    .map(KubernetesIT::pod)
                    .filter(pod -> labels(pod).getMap().entrySet().containsAll(selector.entrySet()))
                    .toList();
            assertThat(meant).as("pods of " + name(service)).isNotEmpty();
            Set<String> offered = meant.stream()
                    .flatMap(pod -> containers(pod).flatMap(each -> portNames(each).stream()))
                    .collect(Collectors.toSet());
            objects(service.getJsonObject("spec").getJsonArray("ports")).forEach(port -> {
                Object target = port.getValue("targetPort");
                assertThat(target == null || target instanceof Number || offered.contains(target))
                        .as(name(service) + " " + port)
                        .isTrue();
            });
        });
        of("HorizontalPodAutoscaler")
                .forEach(scaler -> assertThat(workloads().map(KubernetesIT::name))
                        .contains(scaler.getJsonObject("spec")
                                .getJsonObject("scaleTargetRef")
                                .getString("name")));
    }

    @Test
    void containersMayDoNothingThatTheyNeedNot() {
        workloads().map(KubernetesIT::pod).forEach(pod -> {
            JsonObject security = pod.getJsonObject("spec").getJsonObject("securityContext");
            assertThat(security.getBoolean("runAsNonRoot")).isTrue();
            assertThat(security.getInteger("runAsUser")).isPositive();
            assertThat(security.getJsonObject("seccompProfile").getString("type"))
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.getJsonObject("spec").getBoolean("automountServiceAccountToken"))
                    .isFalse();
            containers(pod).forEach(container -> {
                JsonObject own = container.getJsonObject("securityContext");
                assertThat(own.getBoolean("allowPrivilegeEscalation")).isFalse();
                assertThat(own.getBoolean("readOnlyRootFilesystem")).isTrue();
                assertThat(own.getJsonObject("capabilities"))
                        .isEqualTo(new JsonObject().put("drop", new JsonArray().add("ALL")));
            });
        });
    }

    @Test
    void containersAreProbedBoundedAndPinned() {
        workloads().map(KubernetesIT::pod).flatMap(KubernetesIT::containers).forEach(container -> {
            String name = container.getString("name");
            assertThat(container.getJsonObject("readinessProbe")).as(name).isNotNull();
            assertThat(container.getJsonObject("livenessProbe")).as(name).isNotNull();
            JsonObject resources = container.getJsonObject("resources");
            assertThat(resources.getJsonObject("requests").fieldNames())
                    .as(name)
                    .contains("cpu", "memory");
            assertThat(resources.getJsonObject("limits").fieldNames()).as(name).contains("memory");
            assertThat(mebibytes(resources.getJsonObject("requests")))
                    .as(name)
                    .isLessThanOrEqualTo(mebibytes(resources.getJsonObject("limits")));
            assertThat(container.getString("image")).as(name).contains(":").doesNotEndWith(":latest");
            assertThat(container.getString("imagePullPolicy")).isEqualTo("IfNotPresent");
        });
    }

    @Test
    void everyMountHasItsVolumeAndEdgesHoldNoSigningKey() {
        Map<String, Set<String>> secretFiles = new HashMap<>();
        workloads().forEach(workload -> {
            JsonObject spec = pod(workload).getJsonObject("spec");
            Set<String> volumes = new TreeSet<>();
            objects(spec.getJsonArray("volumes")).forEach(volume -> {
                volumes.add(volume.getString("name"));
                secretFiles
                        .computeIfAbsent(name(workload), unused -> new TreeSet<>())
                        .addAll(secretFiles(volume));
            });
            objects(workload.getJsonObject("spec").getJsonArray("volumeClaimTemplates", new JsonArray()))
                    .forEach(claim -> volumes.add(name(claim)));
            containers(pod(workload))
                    .flatMap(container -> objects(container.getJsonArray("volumeMounts")))
                    .forEach(mount -> assertThat(volumes).as(name(workload)).contains(mount.getString("name")));
        });
        assertThat(secretFiles.get("edge-proxy"))
                .containsExactlyInAnyOrder("bus/ca.crt", "bus/node.crt", "bus/node.key", "revision.pub");
        assertThat(secretFiles.get("policy-service")).contains("revision.key");
        secretFiles.forEach(
                (workload, files) -> assertThat(files).as(workload).isNotEmpty().doesNotContain("bus/ca.key"));
    }

    @Test
    void configurationIsValid(@TempDir Path directory) throws Exception {
        JsonObject data = of("ConfigMap").findFirst().orElseThrow().getJsonObject("data");
        Path policy = Files.writeString(directory.resolve("policy.yaml"), data.getString("policy.yaml"));
        String text = data.getString("weir.yaml");
        assertThat(text).contains("file: /etc/weir/policy.yaml");
        Path config = Files.writeString(
                directory.resolve("weir.yaml"), text.replace("/etc/weir/policy.yaml", policy.toString()));
        Checkout.announceBuild();
        Said said = run(
                Map.of("POD_IP", "192.0.2.7", "JAVA_HOME", Checkout.javaHome()),
                Checkout.weir().toString(),
                "validate",
                "--config",
                config.toString());
        assertThat(said.exit).as(said.text).isZero();
    }

    private static Stream<JsonObject> of(String kind) {
        return OBJECTS.stream().filter(each -> each.getString("kind").equals(kind));
    }

    private static Stream<JsonObject> workloads() {
        return OBJECTS.stream().filter(each -> WORKLOADS.contains(each.getString("kind")));
    }

    private static String name(JsonObject object) {
        return object.getJsonObject("metadata").getString("name");
    }

    private static JsonObject labels(JsonObject object) {
        return object.getJsonObject("metadata").getJsonObject("labels");
    }

    private static JsonObject pod(JsonObject workload) {
        return workload.getJsonObject("spec").getJsonObject("template");
    }

    private static Stream<JsonObject> containers(JsonObject pod) {
        return objects(pod.getJsonObject("spec").getJsonArray("containers"));
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private static List<String> portNames(JsonObject container) {
        return objects(container.getJsonArray("ports"))
                .map(port -> port.getString("name"))
                .toList();
    }

    private static Set<String> secretFiles(JsonObject volume) {
        JsonArray sources = volume.getJsonObject("projected", new JsonObject()).getJsonArray("sources");
        Stream<JsonObject> secrets = sources == null
                ? Stream.of(volume.getJsonObject("secret", new JsonObject()))
                : objects(sources).map(source -> source.getJsonObject("secret"));
        return secrets.flatMap(secret -> objects(secret.getJsonArray("items", new JsonArray())))
                .map(item -> item.getString("path"))
                .collect(Collectors.toSet());
    }

    private static long mebibytes(JsonObject resources) {
        Matcher memory = Pattern.compile("(\\d+)(Mi|Gi)").matcher(resources.getString("memory"));
        assertThat(memory.matches()).as(resources.toString()).isTrue();
        return Long.parseLong(memory.group(1)) * (memory.group(2).equals("Gi") ? 1024 : 1);
    }
}
