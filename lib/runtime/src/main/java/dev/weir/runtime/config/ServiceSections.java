package dev.weir.runtime.config;

import dev.weir.http.FieldSyntax;
import dev.weir.settings.ByteSize;
import dev.weir.settings.Cidr;
import dev.weir.settings.HostPort;
import dev.weir.settings.Reading;
import dev.weir.settings.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the sections of the services behind the edge, and what every process has. */
final class ServiceSections {
    private static final ByteSize NOTHING = new ByteSize(0);
    private static final ByteSize TERA = ByteSize.ofGiB(1024);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static final int MOST_TARGETED = 8;
    private static final Reading<String> FIELD_NAME = new Reading<>(
            "a field name other than Cache-Control",
            text -> FieldSyntax.isToken(text) && !text.equalsIgnoreCase("Cache-Control")
                    ? Optional.of(text)
                    : Optional.empty());
    private static final Reading<Duration> DISCONNECTED = orOff(Reading.duration(SECOND, Duration.ofDays(365)));

    private static final int SHORTEST_TOKEN = 16;

    private final Section root;

    ServiceSections(Section root) {
        this.root = root;
    }

    private static Reading<Duration> orOff(Reading<Duration> durations) {
        return new Reading<>(
                "off, or " + durations.expected(),
                text -> text.equals("off")
                        ? Optional.of(Duration.ZERO)
                        : durations.read().apply(text));
    }

    CacheConfig cache() {
        Section section = root.section("cache");
        return new CacheConfig(
                section.size("memory", NOTHING, TERA, ByteSize.ofMiB(256)),
                section.size("shared-memory", ByteSize.ofMiB(1), TERA, ByteSize.ofMiB(128)),
                section.choice("profile", CacheProfile.class, CacheProfile.STRICT_RFC),
                section.size("max-object", NOTHING, TERA, ByteSize.ofGiB(1)),
                section.integer("max-variants", 1, 1_000, 64),
                section.duration("purge-lease", SECOND.multipliedBy(2), Duration.ofHours(1), Duration.ofSeconds(10)),
                section.choice("when-cut-off", WhenCutOff.class, WhenCutOff.SERVE),
                section.duration("lookup", MILLISECOND, SECOND, Duration.ofMillis(20)),
                targeted(section),
                section.optional("disconnected", DISCONNECTED, Duration.ofDays(1)),
                section.integer("waiting", 0, 1_000_000, 4_096),
                section.optionalSection("purge").map(ServiceSections::purge),
                CacheRuleReader.rules(section));
    }

    private static List<String> targeted(Section section) {
        if (!section.has("targeted")) {
            return List.of("CDN-Cache-Control");
        }
        List<String> names = section.list("targeted", FIELD_NAME, false);
        if (names.size() > MOST_TARGETED) {
            section.problem("targeted", names.size() + " fields (expected: at most " + MOST_TARGETED + ")");
        }
        return names;
    }

    private static PurgeConfig purge(Section section) {
        List<Cidr> clients = section.networks("clients");
        if (!section.has("clients")) {
            section.problem("clients", "expected the networks of those who may purge, such as [10.0.0.0/8]");
        }
        Optional<String> token = section.optionalText("token");
        if (token.filter(text -> text.length() < SHORTEST_TOKEN).isPresent()) {
            section.problem("token", "too short (expected: at least " + SHORTEST_TOKEN + " characters)");
        }
        return new PurgeConfig(clients, token.map(Secret::new));
    }

    Optional<RedisConfig> redis() {
        return root.optionalSection("redis").map(RedisReader::redis);
    }

    PolicyConfig policy() {
        Optional<Section> section = root.optionalSection("policy");
        Optional<Path> file = section.flatMap(s -> s.optionalFilePath("file"));
        if (section.isPresent() && file.isEmpty()) {
            // The rest belongs to the policy engine, which reads it strictly.
            section.get().leaveToOthers();
            return new PolicyConfig(root.node("policy"), Optional.empty());
        }
        section.filter(s -> s.keys().size() > 1)
                .ifPresent(s -> s.problem("file", "stands alone: the file holds everything else under \"policy:\""));
        section.ifPresent(Section::leaveToOthers);
        return new PolicyConfig(Optional.empty(), file);
    }

    LogConfig log() {
        Section section = root.section("log");
        section.laterWords("durability", "sync", "relaxed");
        section.laterWords("on-full", "block");
        Section retention = section.section("retention");
        Section rotation = section.section("rotation");
        return new LogConfig(
                section.choice("durability", Durability.class, Durability.BATCH),
                section.choice("on-full", OnFull.class, OnFull.DROP),
                section.sections("sinks").stream().map(ServiceSections::sink).toList(),
                retention.duration("age", Duration.ofMinutes(1), Duration.ofDays(3_650), Duration.ofDays(90)),
                retention.size("size", ByteSize.ofMiB(1), ByteSize.ofGiB(1 << 20), ByteSize.ofGiB(50)),
                rotation.size("size", ByteSize.ofKiB(64), ByteSize.ofGiB(16), ByteSize.ofMiB(256)),
                rotation.duration("age", SECOND, Duration.ofDays(30), Duration.ofHours(24)),
                section.size("spool", ByteSize.ofMiB(1), TERA, ByteSize.ofGiB(1)));
    }

    private static LogConfig.Sink sink(Section section) {
        section.later("http", "HTTP sinks");
        section.later("syslog", "syslog sinks");
        section.later("kafka", "Kafka sinks");
        section.later("otlp", "OpenTelemetry sinks");
        section.laterWords("format", "combined", "common");
        return new LogConfig.Sink(section.filePath("file"), section.choice("format", LogFormat.class, LogFormat.JSON));
    }

    Optional<ClusterConfig> cluster(Path secrets) {
        return root.optionalSection("cluster").map(section -> cluster(section, secrets));
    }

    private static ClusterConfig cluster(Section section, Path secrets) {
        Section ports = section.section("ports");
        int hazelcastPort = ports.integer("hazelcast", 1, 65_535, 5_701);
        Reading<HostPort> member = new Reading<>(
                "host or host:port", text -> HostPort.parse(text).or(() -> HostPort.parse(text + ":" + hazelcastPort)));
        Optional<String> serviceDns = section.optionalText("service-dns");
        List<HostPort> members = section.list("members", member, false);
        if (members.isEmpty() == serviceDns.isEmpty()) {
            section.problem("members", "expected either members or service-dns");
        }
        return new ClusterConfig(
                section.text("address", "127.0.0.1"),
                section.optionalText("public-host"),
                ports.integer("bus", 0, 65_535, 15_701),
                ports.integer("body", 1, 65_535, 15_702),
                hazelcastPort,
                members,
                serviceDns,
                section.filePath("certificates", secrets.resolve("bus")),
                section.bool("insecure", false));
    }

    DiagnosticsConfig diagnostics() {
        Section section = root.section("diagnostics");
        return new DiagnosticsConfig(section.choice("show", Show.class, Show.TRUSTED), section.networks("networks"));
    }

    AdminConfig admin() {
        Section section = root.section("admin");
        section.later("client-ca", "client certificates");
        HostPort address = localAddress(section, 9400);
        Optional<Secret> token = section.optionalText("token").map(Secret::new);
        if (token.isPresent() && token.get().value().length() < 16) {
            section.problem("token", "shorter than 16 characters");
        }
        return new AdminConfig(
                address, token, section.size("body", ByteSize.ofKiB(64), ByteSize.ofMiB(64), ByteSize.ofMiB(4)));
    }

    static HostPort localAddress(Section section, int port) {
        return section.address("address", new HostPort("127.0.0.1", port));
    }
}
