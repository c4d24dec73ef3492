package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.http.ForwardedFields.Hop;
import dev.weir.http.ForwardedFields.Source;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/** What clients and other proxies say of the way here: X-Forwarded-For, Forwarded, Via; a line each. */
class ForwardedFieldsFuzzTest {
    private static final InetAddress PEER = IpLiteral.parse("192.0.2.1").orElseThrow();

    private static final InetAddress SELF = IpLiteral.parse("192.0.2.2").orElseThrow();

    @FuzzTest
    void hops(byte[] data) {
        HeaderFields fields = fields(Texts.lines(data));
        for (Source source : Source.values()) {
            assertThat(ForwardedFields.clientAddress(fields, PEER, source, address -> false))
                    .isEqualTo(PEER);
        }
        // Who stands behind us, and trusts us and the peer, finds the client that we found.
        InetAddress client = ForwardedFields.clientAddress(fields, PEER, PEER::equals);
        if (client.equals(SELF)) {
            // We don't trust ourselves as a hop, but who stands behind us does.
            return;
        }
        HeaderFields told = ForwardedFields.disclose(fields, new Hop(PEER, client, "http", "a"), true);
        Set<InetAddress> trusted = Set.of(SELF, PEER);
        assertThat(ForwardedFields.clientAddress(told, SELF, Source.X_FORWARDED_FOR, trusted::contains))
                .isEqualTo(client);
        assertThat(ForwardedFields.clientAddress(told, SELF, Source.FORWARDED, trusted::contains))
                .isIn(client, PEER);
        assertThat(told.all("X-Forwarded-Proto")).containsExactly("http");
        HeaderFields fresh = ForwardedFields.disclose(fields, new Hop(PEER, PEER, "https", "a:1"), false);
        assertThat(fresh.all("X-Forwarded-For")).containsExactly("192.0.2.1");
        assertThat(fresh.all("X-Forwarded-Host")).containsExactly("a:1");
        assertThat(ForwardedFields.nearest(fresh, "for")).contains("192.0.2.1");
        assertThat(ForwardedFields.nearest(fresh, "host")).contains("a:1");
        if (FieldSyntax.list(fields, "Via").contains("1.1 weir-1")) {
            assertThat(ViaField.names(fields, "weir-1")).isTrue();
        }
        String via = ViaField.member("HTTP/1.1", "weir-1");
        assertThat(ViaField.names(fields.toBuilder().add("Via", via).build(), "WEIR-1"))
                .isTrue();
    }

    private static HeaderFields fields(List<String> lines) {
        HeaderFields.Builder fields = HeaderFields.builder();
        String[] names = {"X-Forwarded-For", "Forwarded", "Via"};
        for (int i = 0; i < Math.min(lines.size(), names.length); i++) {
            if (!lines.get(i).isEmpty()) {
                fields.add(names[i], FieldSyntax.trim(lines.get(i)));
            }
        }
        return fields.build();
    }
}
