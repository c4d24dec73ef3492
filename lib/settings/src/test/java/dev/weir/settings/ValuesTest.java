package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({"512B,512", "64KiB,65536", "1MiB,1048576", "1GiB,1073741824", "0B,0", "2TiB,2199023255552"})
    void readsAndWritesSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).contains(new ByteSize(bytes));
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1kb", "1 KiB", "-1B", "1.5MiB", "99999999TiB", "9999999999999999B"})
    void refusesWrongSizes(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"250ms,250ms", "10s,10s", "300s,5m", "24h,1d", "90d,90d", "36h,36h", "0ms,0s", "1500ms,1500ms"})
    void readsAndWritesDurations(String text, String written) {
        assertThat(DurationText.parse(text).map(DurationText::of)).contains(written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1.5s", "-1s", "1 s", "1w", "9999999999s"})
    void refusesWrongDurations(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example:80,a.example,80",
        "127.0.0.1:0,127.0.0.1,0",
        "[::1]:65535,::1,65535",
        "cache-service:5701,cache-service,5701"
    })
    void readsAndWritesAddresses(String text, String host, int port) {
        assertThat(HostPort.parse(text)).contains(new HostPort(host, port));
        assertThat(new HostPort(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a",
                "a:",
                "a:x",
                "a:65536",
                "::1:80",
                "[::1]",
                "[a]:1",
                "[::g]:1",
                "1.2.3:80",
                "01.2.3.4:80",
                "a b:80"
            })
    void refusesWrongAddresses(String text) {
        assertThat(HostPort.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.0.1,true",
        "10.0.0.0/8,11.0.0.0,false",
        "192.0.2.128/25,192.0.2.129,true",
        "192.0.2.128/25,192.0.2.127,false",
        "192.0.2.7,192.0.2.7,true",
        "192.0.2.7,192.0.2.6,false",
        "0.0.0.0/0,255.255.255.255,true",
        "0.0.0.0/0,::1,false",
        "fd00::/8,fdff::1,true",
        "fd00::/8,fe80::1,false",
        "::1,::1,true",
        "::/0,10.0.0.1,false",
        "10.0.0.0/8,::ffff:10.0.0.1,true",
        "2001:db8:8000::/33,2001:db8:7fff::,false"
    })
    void networksContain(String network, String address, boolean inside) {
        InetAddress literal = IpLiteral.parse(address).orElseThrow();
        assertThat(Cidr.parse(network).orElseThrow().contains(literal)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0.1/8",
                "10.0.0/8",
                "a/8",
                "::/129",
                "::ffff:10.0.0.0/104",
                "fd00::1/8",
                "fe80::1%eth0/64"
            })
    void refusesWrongNetworks(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }

    @Test
    void aNetworkHasNoBitsBehindItsPrefix() {
        InetAddress address = IpLiteral.parse("10.0.0.1").orElseThrow();
        assertThatThrownBy(() -> new Cidr(address, 8)).hasMessageContaining("expected: 10.0.0.0/8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "256.1.1.1",
                "1.2.3.04",
                "0x7f.1.1.1",
                "1.2.3.4 ",
                "2130706433",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7::8:9",
                "12345::",
                "::1.2.3",
                "1.2.3.4::",
                "::1%lo",
                "[::1]",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void literalsAreStrict(String text) {
        assertThat(IpLiteral.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1:2:3:4:5:6:7:8",
        "::",
        "1::",
        "::8",
        "1::8",
        "::1.2.3.4",
        "64:ff9b::192.0.2.1",
        "255.255.255.255",
        "0.0.0.0"
    })
    void literalsAreRead(String text) throws Exception {
        assertThat(IpLiteral.parse(text)).contains(InetAddress.getByName(text));
    }
}
