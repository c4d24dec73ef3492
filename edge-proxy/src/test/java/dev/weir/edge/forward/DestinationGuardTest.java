package dev.weir.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.Destination;
import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.ExchangeLimits;
import dev.weir.runtime.config.ExchangeTimeouts;
import dev.weir.runtime.config.ForwardConfig;
import dev.weir.runtime.config.PortRange;
import dev.weir.settings.ByteSize;
import dev.weir.settings.Cidr;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be dialled, by spelling, by address and by port. */
class DestinationGuardTest {
    private static final List<PortRange> CONNECT = List.of(new PortRange(443, 443));
    private static final List<PortRange> PLAIN =
            List.of(new PortRange(80, 80), new PortRange(443, 443), new PortRange(8000, 8999));

    private Vertx vertx;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    static ForwardConfig config(boolean privateAllowed, String... allowed) {
        return new ForwardConfig(
                CONNECT,
                PLAIN,
                privateAllowed,
                Arrays.stream(allowed)
                        .map(text -> Cidr.parse(text).orElseThrow())
                        .toList(),
                ExchangeTimeouts.DEFAULT,
                new ExchangeLimits(8, 8, ByteSize.ofKiB(16)));
    }

    private static DestinationGuard guard(boolean privateAllowed, String... allowed) {
        OwnListeners own = new OwnListeners(
                List.of(new InetSocketAddress("0.0.0.0", 8128)),
                List.of(new InetSocketAddress("192.0.2.9", 8400), new InetSocketAddress(address("127.0.0.1"), 8500)),
                Set.of(address("198.51.100.7")));
        return new DestinationGuard(config(privateAllowed, allowed), own);
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Fails the test when it is asked: these hosts must never reach a resolver. */
    private static final NameLookup NEVER = name -> {
        throw new AssertionError("resolver was asked for " + name);
    };

    private Future<Destination.Dialled> resolve(NameLookup lookup, DestinationGuard guard, String host, int port) {
        return new DestinationResolver(vertx, lookup, guard).resolve("http", host, port, false, Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // IPv4 as it should be written, special
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                // IPv4 in other notations
                "2130706433",
                "0x7f000001",
                "0x7F000001",
                "017700000001",
                "0x7f.1",
                "0X7f.1",
                "0177.0.0.1",
                "0177.1",
                "127.1",
                "127.0.1",
                "127.0.0.01",
                "0127.0.0.1",
                "127.0.0.0x1",
                "0x7f.0x0.0x0.0x1",
                "00.0.0.0",
                "0",
                "0x",
                "0x.1",
                "1.1.1.0x",
                "256.0.0.1",
                "127.0.0.256",
                "1.2.3",
                "1.2.3.4.5",
                "4294967296",
                "127.0.0.1.",
                "127.1.",
                "2130706433.",
                "0x7f.1.",
                "a.1",
                "example.com.1",
                "example.0x7f",
                "12345678901234567890",
                "127.0.0.1..",
                "127..0.0.1",
                ".127.0.0.1",
                "127.0.0.-1",
                "+127.0.0.1",
                " 127.0.0.1",
                "127.0.0.1 ",
                "127.0.0.1%00",
                "127%2e0%2e0%2e1",
                "127.0.0.1/8",
                "127.0.0.1#",
                "127.0.0.1\t",
                "127.0.0.1\u0000",
                // IPv6, special
                "[::]",
                "::",
                "[::1]",
                "::1",
                "[0:0:0:0:0:0:0:1]",
                "[0000:0000:0000:0000:0000:0000:0000:0001]",
                "[::127.0.0.1]",
                "[::7f00:1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::FFFF:10.0.0.1]",
                "[0:0:0:0:0:ffff:c0a8:1]",
                "[::ffff:0:127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b::127.0.0.1]",
                "[64:ff9b::8.8.8.8]",
                "[64:ff9b:1::1]",
                "[2002:7f00:1::]",
                "[2002:a00:1::1]",
                "[2002:808:808::1]",
                "[2001::1]",
                "[2001:0:53aa:64c:0:0:80ff:fffe]",
                "[2001:db8::1]",
                "[2001:2::1]",
                "[2001:10::1]",
                "[fe80::1]",
                "[febf::1]",
                "[fec0::1]",
                "[fc00::1]",
                "[fd00::1]",
                "[fdff:ffff::1]",
                "[ff02::1]",
                "[ff00::]",
                "[100::1]",
                "[3fff::1]",
                "[5f00::1]",
                "[4000::1]",
                "[1::1]",
                "[e000::1]",
                // IPv6, not as it should be written
                "[fe80::1%eth0]",
                "[fe80::1%251]",
                "fe80::1%1",
                "[::1%lo]",
                "[::1",
                "::1]",
                "[]",
                "[",
                "[127.0.0.1]",
                "[localhost]",
                "[::1]x",
                "[:::1]",
                "[::1::]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[::12345]",
                "[::g]",
                "[::127.0.0.01]",
                "[::127.1]",
                "[::ffff:0x7f.0.0.1]",
                "[v1.a]",
                "1:2",
                "localhost:80",
                // names that are none
                "",
                ".",
                "..",
                "a..b",
                ".example.com",
                "example.com..",
                "exa mple.com",
                "exam\u0000ple.com",
                "\uff11\uff12\uff17.0.0.1",
                "127\u30020.0.1",
                "\u0661\u0662\u0667.0.0.1",
                "ex\u00e4mple.com",
                "user@host",
                "a/b",
                "a\\b",
                "a%2eb",
                "a,b",
                "a;b",
                "*.example.com",
                "\u24c1ocalhost",
                "-\u2024-",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com",
            })
    void refusedWithoutAskingAResolver(String host) {
        Future<Destination.Dialled> result = resolve(NEVER, guard(false), host, 80);
        assertThat(result.failed()).isTrue();
        ProxyFailure failure = (ProxyFailure) result.cause();
        assertThat(failure.type()).isEqualTo(ProxyError.DESTINATION_IP_PROHIBITED);
        assertThat(failure.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, 8.8.8.8",
        "1.1.1.1, 1.1.1.1",
        "100.63.255.255, 100.63.255.255",
        "100.128.0.0, 100.128.0.0",
        "172.15.255.255, 172.15.255.255",
        "172.32.0.0, 172.32.0.0",
        "169.253.255.255, 169.253.255.255",
        "192.0.1.1, 192.0.1.1",
        "198.17.255.255, 198.17.255.255",
        "198.20.0.0, 198.20.0.0",
        "223.255.255.255, 223.255.255.255",
        "11.0.0.0, 11.0.0.0",
        "9.255.255.255, 9.255.255.255",
        "[2606:4700::1111], 2606:4700:0:0:0:0:0:1111",
        "2a00:1450::1, 2a00:1450:0:0:0:0:0:1",
        "[::ffff:8.8.8.8], 8.8.8.8",
        "[2001:4860:4860::8888], 2001:4860:4860:0:0:0:0:8888",
    })
    void publicAddressesAreDialledAsTheyAre(String host, String dialled) {
        Destination.Dialled destination = resolve(NEVER, guard(false), host, 80).result();
        assertThat(destination.checked())
                .extracting(InetAddress::getHostAddress)
                .containsExactly(dialled);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.com, example.com",
        "example.com., example.com",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "a_b.example, a_b.example",
        "0xdeadbeef.example, 0xdeadbeef.example",
        "127.0.0.1.example, 127.0.0.1.example",
        "1e100.net, 1e100.net",
        "0xg, 0xg",
        "a, a",
    })
    void namesAreResolvedOnce(String host, String asked) {
        List<String> questions = new ArrayList<>();
        NameLookup lookup = name -> {
            questions.add(name);
            return Future.succeededFuture(List.of(address("8.8.8.8")));
        };
        Destination.Dialled destination =
                resolve(lookup, guard(false), host, 80).result();
        assertThat(destination.host()).isEqualTo(asked);
        assertThat(destination.checked()).containsExactly(address("8.8.8.8"));
        assertThat(questions).containsExactly(asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "8.8.8.8 127.0.0.1",
                "8.8.8.8 ::1",
                "2606:4700::1 fd00::1",
                "8.8.8.8 1.1.1.1 169.254.169.254"
            })
    void oneForbiddenAddressForbidsTheName(String addresses) {
        NameLookup lookup = name -> Future.succeededFuture(Arrays.stream(addresses.split(" "))
                .map(DestinationGuardTest::address)
                .toList());
        assertThat(resolve(lookup, guard(false), "rebind.example", 80).failed()).isTrue();
    }

    @Test
    void aForbiddenAddressBehindManyHarmlessOnesIsFound() {
        List<InetAddress> many = new ArrayList<>();
        for (int i = 1; i < 200; i++) {
            many.add(address("8.8.8." + i));
        }
        assertThat(resolve(name -> Future.succeededFuture(many), guard(false), "many.example", 80)
                        .result()
                        .checked())
                .hasSize(8);
        many.add(address("10.0.0.1"));
        assertThat(resolve(name -> Future.succeededFuture(many), guard(false), "many.example", 80)
                        .failed())
                .isTrue();
    }

    @Test
    void whatTheConfigurationAllowsIsAllowed() {
        assertThat(resolve(NEVER, guard(false, "10.1.0.0/16", "fd00::/8"), "10.1.2.3", 80)
                        .succeeded())
                .isTrue();
        assertThat(resolve(NEVER, guard(false, "10.1.0.0/16", "fd00::/8"), "[fd00::1]", 80)
                        .succeeded())
                .isTrue();
        assertThat(resolve(NEVER, guard(false, "10.1.0.0/16"), "10.2.0.0", 80).failed())
                .isTrue();
        assertThat(resolve(NEVER, guard(true), "127.0.0.1", 80).succeeded()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 8128",
        "127.9.9.9, 8128",
        "0.0.0.0, 8128",
        "[::1], 8128",
        "[::], 8128",
        "[::ffff:127.0.0.1], 8128",
        "198.51.100.7, 8128",
        "192.0.2.9, 8400",
        "127.0.0.1, 8500",
        "0.0.0.0, 8500",
        "[::], 8500",
    })
    void ourOwnSocketsAreRefusedWhateverIsAllowed(String host, int port) {
        assertThat(resolve(NEVER, guard(true, "127.0.0.0/8"), host, port).failed())
                .isTrue();
        assertThat(resolve(NEVER, guard(true), host, port + 1).succeeded()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "true, 443, true",
        "true, 80, false",
        "true, 25, false",
        "true, 22, false",
        "true, 6379, false",
        "true, 5701, false",
        "true, 8443, false",
        "false, 80, true",
        "false, 443, true",
        "false, 8000, true",
        "false, 8999, true",
        "false, 7999, false",
        "false, 9000, false",
        "false, 25, false",
        "false, 6379, false",
    })
    void portsAreAsConfigured(boolean connect, int port, boolean allowed) {
        DestinationResolver resolver = new DestinationResolver(vertx, NEVER, guard(false));
        Future<Destination.Dialled> result = resolver.resolve("http", "8.8.8.8", port, connect, Duration.ofSeconds(5));
        assertThat(result.succeeded()).isEqualTo(allowed);
        if (!allowed) {
            assertThat(((ProxyFailure) result.cause()).type()).isEqualTo(ProxyError.HTTP_REQUEST_DENIED);
        }
    }

    @Test
    void aLookUpThatDoesNotAnswerTimesOut() throws Exception {
        DestinationResolver resolver = new DestinationResolver(
                vertx, name -> Promise.<List<InetAddress>>promise().future(), guard(false));
        Future<Destination.Dialled> result = resolver.resolve("http", "slow.example", 80, false, Duration.ofMillis(50));
        Throwable cause = result.toCompletionStage()
                .toCompletableFuture()
                .handle((destination, failure) -> failure)
                .get(5, TimeUnit.SECONDS);
        assertThat(((ProxyFailure) cause).type()).isEqualTo(ProxyError.DNS_TIMEOUT);
        assertThat(((ProxyFailure) cause).status()).isEqualTo(504);
    }

    @Test
    void answersAreRememberedAndJudgedAnewByAChangedGuard() {
        List<String> questions = new ArrayList<>();
        DestinationResolver resolver = new DestinationResolver(
                vertx,
                name -> {
                    questions.add(name);
                    return Future.succeededFuture(List.of(address("10.0.0.1")));
                },
                guard(true));
        assertThat(resolver.resolve("http", "in.example", 80, false, Duration.ofSeconds(5))
                        .succeeded())
                .isTrue();
        resolver.guardBy(guard(false));
        assertThat(resolver.resolve("http", "IN.example.", 80, false, Duration.ofSeconds(5))
                        .failed())
                .isTrue();
        assertThat(questions).containsExactly("in.example");
    }

    @Test
    void simultaneousQuestionsAreAskedOnce() {
        Promise<List<InetAddress>> answer = Promise.promise();
        List<String> questions = new ArrayList<>();
        DestinationResolver resolver = new DestinationResolver(
                vertx,
                name -> {
                    questions.add(name);
                    return answer.future();
                },
                guard(false));
        Future<Destination.Dialled> a = resolver.resolve("http", "x.example", 80, false, Duration.ofSeconds(5));
        Future<Destination.Dialled> b = resolver.resolve("http", "x.example", 8080, false, Duration.ofSeconds(5));
        answer.complete(List.of(address("8.8.8.8")));
        assertThat(a.result().port()).isEqualTo(80);
        assertThat(b.result().port()).isEqualTo(8080);
        assertThat(questions).hasSize(1);
    }

    @Test
    void theSystemsLookUpFindsLocalhost() throws Exception {
        List<InetAddress> found = NameLookup.of(vertx)
                .addresses("localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertThat(found).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    }
}
