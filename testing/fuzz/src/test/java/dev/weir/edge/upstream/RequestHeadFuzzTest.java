package dev.weir.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.edge.wire.MessageScan;
import dev.weir.fuzz.Texts;
import dev.weir.http.HeaderFields;
import dev.weir.http.IpLiteral;
import dev.weir.runtime.config.ExchangeTimeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/** Requests as they are written for origins: whatever a rule or a rewrite made, a head that we would take ourselves. */
class RequestHeadFuzzTest {
    private static final Destination ORIGIN = new Destination.Dialled(
            "http", "a", 80, List.of(IpLiteral.parse("192.0.2.1").orElseThrow()));

    /** Method, target, then fields as {@code name:value}; a comma in them stands for a line feed. */
    @FuzzTest
    void heads(byte[] data) {
        List<String> lines = Texts.lines(data);
        HeaderFields.Builder fields = HeaderFields.builder();
        for (int i = 2; i < lines.size(); i++) {
            int colon = lines.get(i).indexOf(':');
            if (colon >= 0) {
                fields.add(
                        lines.get(i).substring(0, colon),
                        lines.get(i).substring(colon + 1).replace(',', '\n'));
            }
        }
        OriginRequest request = new OriginRequest(
                Texts.line(lines, 0),
                Texts.line(lines, 1).replace(',', '\n'),
                fields.build(),
                ORIGIN,
                RequestBody.none(),
                ExchangeTimeouts.DEFAULT,
                OriginRequest.Host.TARGET);
        byte[] head;
        try {
            head = RequestHead.of(request, new TargetSpec("http", "a", 80), "").octets();
        } catch (ProxyFailure refused) {
            return;
        }
        MessageScan scan = new MessageScan(1 << 16, 1 << 20, 10_000);
        ByteBuf in = Unpooled.wrappedBuffer(head);
        int length = scan.head(in);
        // Limits and expectations are for clients; where it ends, is for all.
        if (length == MessageScan.REFUSED) {
            assertThat(scan.fault().token()).isIn("method", "target-characters", "expectation");
            return;
        }
        assertThat(length).isEqualTo(head.length);
        assertThat(scan.isAtHead()).isTrue();
    }
}
