package dev.weir.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weir.settings.ByteSize;
import dev.weir.settings.Cidr;
import dev.weir.settings.HostPort;
import dev.weir.settings.Interpolation;
import dev.weir.settings.SettingsException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeirConfigReaderTest {
    private static final String SITE = "upstreams: {site: {targets: ['http://127.0.0.1:8000']}}\n";

    private final Map<String, String> environment = Map.of("REDIS_PASSWORD", "p4ss");
    private final WeirConfigReader reader = WeirConfigReader.of(
            new Interpolation(name -> Optional.ofNullable(environment.get(name)), path -> "0123456789abcdef\n"));

    private WeirConfig read(String text) {
        return reader.read("weir.yaml", text);
    }

    @Test
    void sixLinesAreEnough() {
        WeirConfig config = read("""
                listeners:
                  - { name: web, mode: reverse, address: 0.0.0.0:8080 }
                routes:
                  - { upstream: site }
                upstreams:
                  site: { targets: ["http://10.0.1.10:8000", "https://[::1]"] }
                """);
        ListenerConfig web = config.listeners().get(0);
        assertThat(web.identity()).isEqualTo(Identity.DISCLOSE);
        assertThat(web.clientAddress()).isEqualTo(ClientAddress.FULL);
        assertThat(web.tls()).isEmpty();
        RouteConfig route = config.routes().get(0);
        assertThat(route)
                .isEqualTo(new RouteConfig(
                        "*", "/", "site", true, HostField.CLIENT, PathStrictness.LENIENT, ExchangeTimeouts.DEFAULT));
        UpstreamConfig site =
                Optional.ofNullable(config.upstreams().get("site")).orElseThrow();
        assertThat(site.targets())
                .containsExactly(
                        new Target(false, new HostPort("10.0.1.10", 8000)), new Target(true, new HostPort("::1", 443)));
        assertThat(site.targets()).extracting(Target::authority).containsExactly("10.0.1.10:8000", "[::1]");
        assertThat(site.limits()).isEqualTo(new ExchangeLimits(1024, 1024, ByteSize.ofKiB(64)));
        assertThat(site.health()).isEqualTo(new UpstreamConfig.PassiveHealth(5, Duration.ofSeconds(10)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # listener       | target                  | the target is the listener
            127.0.0.1:8080   | http://127.0.0.1:8080   | true
            127.0.0.1:8080   | http://localhost:8080   | true
            127.0.0.1:8443   | https://127.0.0.1:8443  | true
            127.0.0.1:443    | https://127.0.0.1       | true
            127.0.0.1:80     | http://localhost        | true
            127.0.0.1:8080   | http://0.0.0.0:8080     | true
            127.0.0.1:8080   | http://[::]:8080        | true
            0.0.0.0:8080     | http://127.0.0.9:8080   | true
            0.0.0.0:8080     | http://[::1]:8080       | true
            [::]:8080        | http://127.0.0.1:8080   | true
            localhost:8080   | http://127.0.0.1:8080   | true
            [::1]:8080       | http://[::1]:8080       | true
            192.0.2.7:8080   | http://192.0.2.7:8080   | true
            web.test:8080    | http://WEB.test:8080    | true
            127.0.0.1:8080   | http://127.0.0.1:8081   | false
            127.0.0.1:8080   | http://127.0.0.1        | false
            127.0.0.1:8080   | http://127.0.0.2:8080   | false
            0.0.0.0:8080     | http://192.0.2.7:8080   | false
            192.0.2.7:8080   | http://127.0.0.1:8080   | false
            0.0.0.0:8080     | http://site.test:8080   | false
            127.0.0.1:0      | http://127.0.0.1:8080   | false
            """)
    void aTargetThatIsAListenerIsRefused(String address, String target, boolean refused) {
        String text = """
                upstreams:
                  site:
                    targets: [ "http://192.0.2.1:1", "%s" ]
                listeners:
                  - { name: other, mode: forward, address: "127.0.0.1:1" }
                  - { name: web, mode: reverse, address: "%s" }
                """.formatted(target, address);
        if (refused) {
            assertThatThrownBy(() -> read(text))
                    .hasMessageStartingWith("weir.yaml:3:14: upstreams.site.targets: ")
                    .hasMessageContaining("listener \"web\" (" + address + ") of this configuration");
        } else {
            assertThat(read(text).upstreams()).hasSize(1);
        }
    }

    @Test
    void aTargetOnAnAddressOfThisMachineIsAListenerOnAll() throws SocketException {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .toList();
        assertThat(own).isNotEmpty().allSatisfy(address -> {
            HostPort there = new HostPort(address.getHostAddress(), 8080);
            assertThat(OwnAddress.reaches(there, new HostPort("0.0.0.0", 8080))).isTrue();
            assertThat(OwnAddress.reaches(there, new HostPort("0.0.0.0", 8081))).isFalse();
        });
    }

    @Test
    void defaultsAreSafe() {
        WeirConfig config = reader.defaults();
        assertThat(config.forward().connectPorts()).containsExactly(new PortRange(443, 443));
        assertThat(config.forward().privateAllowed()).isFalse();
        assertThat(config.admin().address()).isEqualTo(new HostPort("127.0.0.1", 9400));
        assertThat(config.health().address()).isEqualTo(new HostPort("127.0.0.1", 9401));
        assertThat(config.cluster()).isEmpty();
        assertThat(config.redis()).isEmpty();
        assertThat(config.diagnostics().show()).isEqualTo(Show.TRUSTED);
        assertThat(config.state()).isEqualTo(Path.of(".weir"));
        assertThat(config.secrets()).isEqualTo(Path.of(".weir/secrets"));
        assertThat(config.cache().lookup()).isEqualTo(Duration.ofMillis(20));
        assertThat(config.cache().targeted()).containsExactly("CDN-Cache-Control");
        assertThat(config.cache().disconnected()).isEqualTo(Duration.ofDays(1));
        assertThat(config.cache().waiting()).isEqualTo(4_096);
        assertThat(config.policy().inline()).isEmpty();
        assertThat(config.policy().file()).isEmpty();
    }

    @Test
    void readsEverySection() {
        WeirConfig config = read("""
                state: /var/lib/weir
                secrets: /run/weir
                drain: 5s
                listeners:
                  - name: web
                    mode: reverse
                    address: 0.0.0.0:8443
                    tls: { certificates: [{ certificate: /etc/site.crt, key: /etc/site.key }] }
                    identity: disclose
                    trusted-proxies: [10.0.0.0/8]
                    proxy-protocol: true
                    cdn-loop: cdn.example:8080
                    timeouts: { head: 5s, tunnel: 1h }
                    limits: { streams: 50, head: 32KiB, connections-per-client: 10 }
                  - { name: egress, mode: forward, address: 127.0.0.1:3128 }
                routes:
                  - { host: Shop.Example, path: /api/, upstream: api, cache: off, origin-host: target, normalise: strict }
                  - { host: "*.example", upstream: api, timeouts: { connect: 1s, first-byte: 10s, total: 60s } }
                  - { host: target, upstream: api }
                upstreams:
                  api: { targets: ["https://api.internal:8443"], balance: round-robin, ca: /etc/ca.pem,
                         timeouts: { idle: 7s }, limits: { connections: 9, waiting: 0 }, health: { failures: 2, out: 1s } }
                forward: { ports: { connect: [443, 8443], plain: [80, 8000-8999] },
                           destinations: { private: allow, allow: [192.168.7.0/24] }, parents: [] }
                cache: { memory: 64MiB, shared-memory: 32MiB, profile: cautious, max-object: 1MiB, max-variants: 8, waiting: 9,
                         purge-lease: 20s, when-cut-off: revalidate, lookup: 50ms, targeted: [Weir-Cache-Control], disconnected: off }
                redis: { endpoints: ["redis://redis:6379"], user: cache, password: "${REDIS_PASSWORD}" }
                policy: { on-stale: enforce, default: allow, rules: [{ when: { client: 10.0.0.0/8 } }] }
                log: { durability: batch, on-full: drop, sinks: [{ file: audit.log }], spool: 16MiB,
                       retention: { age: 30d, size: 1GiB }, rotation: { size: 1MiB, age: 1h } }
                cluster: { address: 0.0.0.0, public-host: edge-1, ports: { bus: 1, body: 2, hazelcast: 3 },
                           members: [cache-service, "policy-service:5702", "[::1]:5"], insecure: true }
                health: { address: 0.0.0.0:9401 }
                diagnostics: { show: none, networks: [10.0.0.0/8] }
                admin: { address: 127.0.0.1:9999, token: "${file:/run/weir/admin-token}" }
                """);
        assertThat(config.listeners()).hasSize(2);
        ListenerConfig web = config.listeners().get(0);
        assertThat(web.tls().orElseThrow().certificates())
                .containsExactly(new TlsConfig.KeyPair(Path.of("/etc/site.crt"), Path.of("/etc/site.key")));
        assertThat(web.trustedProxies())
                .containsExactly(Cidr.parse("10.0.0.0/8").orElseThrow());
        assertThat(web.proxyProtocol()).isTrue();
        assertThat(config.listeners().get(1).proxyProtocol()).isFalse();
        assertThat(web.cdnLoop()).contains("cdn.example:8080");
        assertThat(config.listeners().get(1).cdnLoop()).isEmpty();
        assertThat(web.limits().streams()).isEqualTo(50);
        assertThat(web.timeouts().tunnel()).isEqualTo(Duration.ofHours(1));
        ListenerConfig egress = config.listeners().get(1);
        assertThat(egress.identity()).isEqualTo(Identity.ANONYMOUS);
        assertThat(egress.clientAddress()).isEqualTo(ClientAddress.PREFIX);
        RouteConfig first = config.routes().get(0);
        assertThat(first.host()).isEqualTo("shop.example");
        assertThat(first.cache()).isFalse();
        assertThat(first.hostField()).isEqualTo(HostField.TARGET);
        assertThat(first.normalise()).isEqualTo(PathStrictness.STRICT);
        assertThat(first.timeouts().idle()).as("the upstream's").isEqualTo(Duration.ofSeconds(7));
        assertThat(config.routes().get(1).timeouts().firstByte()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.routes().get(2).host()).isEqualTo("*");
        assertThat(config.routes().get(2).hostField()).isEqualTo(HostField.TARGET);
        assertThat(config.cache().targeted()).containsExactly("Weir-Cache-Control");
        assertThat(config.cache().waiting()).isEqualTo(9);
        assertThat(config.cache().disconnected()).isZero();
        RedisConfig redis = config.redis().orElseThrow();
        assertThat(redis.password()).contains(new Secret("p4ss"));
        assertThat(config.toString()).doesNotContain("p4ss").doesNotContain("0123456789abcdef");
        ClusterConfig cluster = config.cluster().orElseThrow();
        assertThat(cluster.members())
                .containsExactly(
                        new HostPort("cache-service", 3), new HostPort("policy-service", 5702), new HostPort("::1", 5));
        assertThat(cluster.certificates()).isEqualTo(Path.of("/run/weir/bus"));
        assertThat(config.policy().inline().orElseThrow().toJson()).contains("\"on-stale\":\"enforce\"");
        assertThat(config.admin().token()).contains(new Secret("0123456789abcdef"));
        assertThat(config.log().sinks()).containsExactly(new LogConfig.Sink(Path.of("audit.log"), LogFormat.JSON));
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listeners: [{name: w, mode: transparent, address: a:1}]             | 1:29: listeners[0].mode: "transparent" is not built yet
            listeners: [{name: w, mode: reverse, address: a:1, identity: elite}] | 1:62: listeners[0].identity: "elite" is not built yet
            listeners: [{name: w, mode: reverse, address: a:1, auth: {basic: x}}] | 1:52: listeners[0].auth: authentication: not built yet
            listeners: [{name: w, mode: reverse, address: a:1, interception: tproxy}] | 1:52: listeners[0].interception: transparent interception: not built yet
            listeners: [{name: w, mode: reverse, address: a:1, proxy-protocol: true}] | 1:68: listeners[0].proxy-protocol: true, but nobody is named in trusted-proxies who may send the header
            listeners: [{name: w, mode: reverse, address: a:1, proxy-protocol: v2}] | 1:68: listeners[0].proxy-protocol: expected true or false (found: "v2")
            listeners: [{name: w, mode: reverse, address: a:1, tls: {certificates: [{certificate: a, key: b}], client-ca: c}}] | 1:100: listeners[0].tls.client-ca: client certificates: not built yet
            listeners: [{name: w, mode: reverse, address: a:1, tls: {}}]        | 1:57: listeners[0].tls.certificates: expected at least one {certificate: FILE, key: FILE}
            listeners: [{name: W!, mode: reverse, address: a:1}]                | 1:20: listeners[0].name: "W!" (expected: small letters, digits, "-", "_", "."; at most 63)
            listeners: [{name: w, mode: revers, address: a:1}]                  | 1:29: listeners[0].mode: "revers" (expected: reverse, forward) (did you mean "reverse"?)
            listeners: [{name: w, mode: reverse}]                               | 1:13: listeners[0].address: missing (expected: host:port)
            listeners: [{name: w, mode: reverse, adress: a:1}]                  | 1:38: listeners[0].adress: unknown key (did you mean "address"?)
            listeners: [{name: w, mode: reverse, address: a:1}, {name: w, mode: reverse, address: a:2}] | 1:60: listeners[1].name: "w" stands twice (first in line 1)
            listeners: [{name: w, mode: reverse, address: a:1}, {name: v, mode: reverse, address: a:1}] | 1:87: listeners[1].address: listener "w" listens there already
            listener: []                                                        | 1:1: listener: unknown key (did you mean "listeners"?)
            upstreams: {a: {targets: ['http://h:1'], balance: least-requests}}  | 1:51: upstreams.a.balance: "least-requests" is not built yet
            upstreams: {a: {targets: ['http://h:1'], balance: consistent-hash}} | 1:51: upstreams.a.balance: "consistent-hash" is not built yet
            upstreams: {a: {targets: ['http://h:1'], health: {path: /x}}}       | 1:51: upstreams.a.health.path: active health checks: not built yet
            upstreams: {a: {targets: ['http://h:1'], health: {interval: 5s}}}   | 1:51: upstreams.a.health.interval: active health checks: not built yet
            upstreams: {a: {targets: ['http://h:1'], protocol: h2}}             | 1:52: upstreams.a.protocol: "h2" (expected: http1, http2)
            listeners: [{name: w, mode: reverse, address: a:1, cdn-loop: 'a, b'}] | 1:62: listeners[0].cdn-loop: expected a name such as cdn.example or my-cdn (letters, digits, "-", "_", ".", a port behind a colon) (found: "a, b")
            upstreams: {a: {targets: []}}                                       | 1:26: upstreams.a.targets: expected at least one URL
            upstreams: {a: {}}                                                  | 1:16: upstreams.a.targets: missing (expected: a list of URLs)
            upstreams: {a: {targets: ['ftp://h']}}                              | 1:27: upstreams.a.targets[0]: expected http://host[:port] or https://host[:port] (found: "ftp://h")
            upstreams: {a: {targets: ['http://h/x']}}                           | 1:27: upstreams.a.targets[0]: expected http://host[:port] or https://host[:port] (found: "http://h/x")
            forward: {parents: [x]}                                             | 1:11: forward.parents: parent proxies: not built yet
            forward: {ports: {connect: [70000]}}                                | 1:29: forward.ports.connect[0]: expected a port or a range such as 8000-8999 (found: "70000")
            forward: {destinations: {private: yes}}                             | 1:35: forward.destinations.private: "yes" (expected: deny, allow)
            cache: {memroy: 1MiB}                                               | 1:9: cache.memroy: unknown key (did you mean "memory"?)
            cache: {purge: {token: short}}                                      | 1:16: cache.purge.clients: expected the networks of those who may purge, such as [10.0.0.0/8]
            cache: {purge: {clients: [10.0.0.1/8]}}                             | 1:27: cache.purge.clients[0]: "10.0.0.1/8" is no network (expected: such as 10.0.0.0/8, 192.0.2.7 or fd00::/8) (did you mean "10.0.0.0/8"?)
            cache: {purge: {clients: [10.0.0.0/8], token: short}}               | 1:47: cache.purge.token: too short (expected: at least 16 characters)
            cache: {purge-lease: 1s}                                            | 1:22: cache.purge-lease: expected a duration from 2s to 1h, such as 250ms, 10s, 5m, 24h (found: "1s")
            cache: {targeted: [Cache-Control]}                                  | 1:20: cache.targeted[0]: expected a field name other than Cache-Control (found: "Cache-Control")
            cache: {disconnected: never}                                        | 1:23: cache.disconnected: expected off, or a duration from 1s to 365d, such as 250ms, 10s, 5m, 24h (found: "never")
            redis: {endpoints: ['redis://a', 'redis://b']}                      | 1:20: redis.endpoints: several are for "sentinel" (expected: one; Redis Cluster is not built yet)
            redis: {endpoints: ['redis://u:p@a']}                               | 1:21: redis.endpoints[0]: expected redis://host[:port] or rediss://host[:port] (user and password have keys of their own) (found: "redis://u:p@a")
            redis: {endpoints: ['redis://a', 'rediss://b'], sentinel: {master: m}} | 1:20: redis.endpoints: redis:// and rediss:// together (expected: the same for all)
            redis: {endpoints: ['redis://a'], ca: /ca.crt}                      | 1:39: redis.ca: is for endpoints of rediss://
            redis: {endpoints: []}                                              | 1:20: redis.endpoints: expected one endpoint, such as redis://redis:6379
            redis: {endpoints: ['redis://a'], sentinel: {}}                     | 1:45: redis.sentinel.master: missing (expected: letters, digits, ".", "-" and "_", as sentinel.conf names it)
            redis: {}                                                           | 1:8: redis.endpoints: expected one endpoint, such as redis://redis:6379
            policy: {file: rules.yaml, default: deny}                           | 1:16: policy.file: stands alone: the file holds everything else under "policy:"
            log: {durability: sync}                                             | 1:19: log.durability: "sync" is not built yet
            log: {durability: relaxed}                                          | 1:19: log.durability: "relaxed" is not built yet
            log: {on-full: block}                                               | 1:16: log.on-full: "block" is not built yet
            log: {sinks: [{file: a, format: combined}]}                         | 1:33: log.sinks[0].format: "combined" is not built yet
            log: {sinks: [{file: a, syslog: b}]}                                | 1:25: log.sinks[0].syslog: syslog sinks: not built yet
            cluster: {}                                                         | 1:10: cluster.members: expected either members or service-dns
            cluster: {members: [a], service-dns: b}                             | 1:20: cluster.members: expected either members or service-dns
            admin: {token: short}                                               | 1:16: admin.token: shorter than 16 characters
            admin: {token: '${NO_TOKEN}'}                                       | 1:16: admin.token: the environment has no NO_TOKEN
            admin: {client-ca: x}                                               | 1:9: admin.client-ca: client certificates: not built yet
            health: {adress: a:1}                                               | 1:10: health.adress: unknown key (did you mean "address"?)
            drain: 20s                                                          | 1:8: drain: expected a duration from 0s to 14s, such as 250ms, 10s, 5m, 24h (found: "20s")
            """)
    void refusesWithThePlaceAndTheReason(String text, String expected) {
        SettingsException refused = catchThrowableOfType(SettingsException.class, () -> read(text));
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage()).contains("weir.yaml:" + expected);
        assertThat(refused.problems()).hasSizeLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {upstream: sit}                        | routes[0].upstream: no upstream is called "sit" (did you mean "site"?)
            {upstream: wholly-else}                | routes[0].upstream: no upstream is called "wholly-else"
            {upstream: site, method: GET}          | routes[0].method: routing by method: not built yet
            {upstream: site, query: x}             | routes[0].query: routing by query: not built yet
            {upstream: site, field: x}             | routes[0].field: routing by field: not built yet
            {upstream: site, path: api}            | routes[0].path: "api" (expected: a path that begins with "/", without query)
            {upstream: site, host: 'a.*.b'}        | routes[0].host: "a.*.b" (expected: a name, *.name, *, or the word target)
            {upstream: site, cache: never}         | routes[0].cache: "never" (expected: on, off)
            {upstream: site, timeouts: {conect: 1s}} | routes[0].timeouts.conect: unknown key (did you mean "connect"?)
            {}                                     | routes[0].upstream: missing (expected: a text)
            """)
    void refusesRoutes(String route, String expected) {
        assertThatThrownBy(() -> read(SITE + "routes: [" + route + "]"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0.0.0.0:3128   | ''                 | {default: allow}                                          | true
            0.0.0.0:3128   | 'open-proxy: true' | {default: allow}                                          | false
            127.0.0.1:3128 | ''                 | {default: allow}                                          | false
            localhost:3128 | ''                 | {default: allow}                                          | false
            0.0.0.0:3128   | ''                 | {default: deny}                                           | false
            0.0.0.0:3128   | ''                 | {}                                                        | false
            0.0.0.0:3128   | ''                 | {default: allow, rules: [{when: {host: a}, then: deny}]}  | true
            0.0.0.0:3128   | ''                 | {default: allow, rules: [{when: {client: [10.0.0.0/8]}}]} | false
            """)
    void anOpenProxyMustSayThatItIsOne(
            String address, String more, String policy, boolean refused, @TempDir Path directory) throws IOException {
        String listener =
                "listeners:\n  - name: egress\n    mode: forward\n    address: " + address + "\n    " + more + "\n";
        Path rules = Files.writeString(directory.resolve("rules.yaml"), policy);
        for (String written : new String[] {"policy: " + policy, "policy: {file: '" + rules + "'}"}) {
            if (refused) {
                assertThatThrownBy(() -> read(listener + written)).hasMessageContaining("open-proxy: true");
            } else {
                assertThat(read(listener + written).listeners()).hasSize(1);
            }
        }
    }

    @Test
    void theStateDirectoryOfTheCommandLineHolds() {
        WeirConfig config = reader.withState(Path.of("/s")).read("weir.yaml", "state: /t");
        assertThat(config.state()).isEqualTo(Path.of("/s"));
        assertThat(config.secrets()).isEqualTo(Path.of("/s/secrets"));
    }

    @Test
    void saysWhyAFileCannotBeRead(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> reader.read(directory.resolve("none.yaml")))
                .hasMessageEndingWith("none.yaml:1:1: cannot read the file: there is no such file");
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> reader.read(binary)).hasMessageContaining("it is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"80,80,true", "80,81,false", "8000-8999,8500,true", "8000-8999,9000,false"})
    void rangesContainPorts(String range, int port, boolean inside) {
        PortRange parsed = PortRange.parse(range).orElseThrow();
        assertThat(PortRange.anyContains(java.util.List.of(parsed), port)).isEqualTo(inside);
        assertThat(parsed).hasToString(range);
    }
}
