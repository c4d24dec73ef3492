package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.policy.PseudonymKey;
import dev.weir.contracts.policy.PseudonymKeyRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientMaskTest {
    private static final long DAY = 86_400_000L;
    private final PseudonymKeys none = new PseudonymKeys(request -> Future.failedFuture("no policy-service"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.129             | FULL   | 192.0.2.129
            192.0.2.129             | PREFIX | 192.0.2.0/24
            192.0.2.129             | NONE   | ''
            2001:db8:1:2:3:4:5:6    | FULL   | 2001:db8:1:2:3:4:5:6
            2001:db8:1:2:3:4:5:6    | PREFIX | 2001:db8:1::/48
            2001:db8:0:0:0:0:0:1    | FULL   | 2001:db8::1
            ::ffff:192.0.2.7        | PREFIX | 192.0.2.0/24
            ::1                     | PREFIX | ::/48
            """)
    void keepsWhatTheListenerAllows(String client, ClientMask mask, String kept) throws Exception {
        assertThat(mask.of(InetAddress.getByName(client), 0, none)).isEqualTo(kept);
    }

    @Test
    void pseudonymIsTheSameOnAllEdgesForADay() throws Exception {
        PseudonymKeys here = new PseudonymKeys(ClientMaskTest::key);
        PseudonymKeys there = new PseudonymKeys(ClientMaskTest::key);
        here.refresh(5 * DAY);
        there.refresh(5 * DAY + 17);

        InetAddress client = InetAddress.getByName("192.0.2.129");
        String name = ClientMask.PSEUDONYM.of(client, 5 * DAY, here);
        assertThat(name).matches("p:[0-9a-f]{16}");
        assertThat(ClientMask.PSEUDONYM.of(client, 6 * DAY - 1, there)).isEqualTo(name);
        assertThat(ClientMask.PSEUDONYM.of(client, 6 * DAY, here))
                .as("tomorrow's key is here already")
                .matches("p:[0-9a-f]{16}")
                .isNotEqualTo(name);
        assertThat(ClientMask.PSEUDONYM.of(InetAddress.getByName("192.0.2.128"), 5 * DAY, here))
                .isNotEqualTo(name);
    }

    @Test
    void withoutAKeyNothingIsKeptAndItIsCounted() throws Exception {
        none.refresh(0);
        assertThat(ClientMask.PSEUDONYM.of(InetAddress.getByName("192.0.2.129"), 0, none))
                .isEmpty();
        assertThat(none.missing()).isEqualTo(1);
    }

    @Test
    void fetchesOnceAtATimeAndForgetsDaysThatAreOver() {
        List<PseudonymKeyRequest> asked = new ArrayList<>();
        List<Promise<PseudonymKey>> open = new ArrayList<>();
        PseudonymKeys keys = new PseudonymKeys(request -> {
            asked.add(request);
            open.add(Promise.promise());
            return open.get(open.size() - 1).future();
        });
        keys.refresh(0);
        keys.refresh(1);
        assertThat(asked).containsExactly(new PseudonymKeyRequest(0));
        open.get(0).fail("not yet");
        assertThat(asked).hasSize(1);
        keys.refresh(2);
        open.get(1).complete(key(0));
        assertThat(asked).endsWith(new PseudonymKeyRequest(0), new PseudonymKeyRequest(1));
        open.get(2).complete(new PseudonymKey(1, Buffer.buffer()));
        assertThat(keys.ready(0)).isTrue();
        assertThat(keys.ready(DAY)).isFalse();
        keys.refresh(DAY);
        assertThat(keys.ready(0)).isFalse();
    }

    private static Future<PseudonymKey> key(PseudonymKeyRequest request) {
        return Future.succeededFuture(key(request.epochDay()));
    }

    private static PseudonymKey key(long day) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) day;
        return new PseudonymKey(day, Buffer.buffer(bytes));
    }
}
