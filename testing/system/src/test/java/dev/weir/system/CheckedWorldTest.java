package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.CheckedConnection.Received;
import dev.weir.system.CheckedObject.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the judge of {@link CheckedCacheIT} lets right answers pass, and each kind of wrong one not. */
final class CheckedWorldTest {
    private static final long SECOND = 1_000_000_000L;

    private final Vertx vertx = Vertx.vertx();
    private final CheckedOrigin near;
    private final CheckedWorld world;

    CheckedWorldTest() throws Exception {
        near = new CheckedOrigin("near", vertx);
        world = new CheckedWorld(List.of(near));
    }

    @AfterEach
    void close() {
        near.close();
        var unusedClose = vertx.close();
    }

    @Test
    void rightOnesPass() {
        CheckedObject object = first(Kind.VARIED);
        judge(request(object, "c1", ""), body(object, "c1", "-").octets(object.length()), System.nanoTime());
        assertThat(world.faults()).isEmpty();
    }

    @Test
    void cutAndMixedOnesDoNot() {
        CheckedObject object = first(Kind.SHARED);
        byte[] whole = body(object, "-", "-").octets(object.length());
        byte[] mixed = whole.clone();
        mixed[object.length() - 1] ^= 1;
        expect("cut or mixed", request(object, "", ""), Arrays.copyOf(whole, object.length() - 1));
        expect("cut or mixed", request(object, "", ""), mixed);
        expect("no body of this world", request(object, "", ""), new byte[] {'x'});
    }

    @Test
    void thoseOfOthersDoNot() {
        CheckedObject varied = first(Kind.VARIED);
        CheckedObject personal = first(Kind.PRIVATE);
        CheckedObject other = CheckedObject.of(varied.number() + 1);
        expect("for another", request(varied, "c1", ""), body(varied, "c2", "-").octets(varied.length()));
        expect(
                "for another",
                request(personal, "", "u1"),
                body(personal, "-", "u2").octets(personal.length()));
        expect(
                "of another",
                request(varied, "c1", ""),
                new CheckedBody("far", varied.number(), 0, "c1", "-", 1).octets(varied.length()));
        expect("cut or mixed", request(varied, "c1", ""), body(other, "-", "-").octets(other.length()));
    }

    @Test
    void staleAndPurgedOnesDoNot() throws Exception {
        CheckedObject object = first(Kind.VALIDATED);
        CheckedBody body = body(object, "-", "-");
        byte[] octets = body.octets(object.length());
        try (CheckedConnection connection = new CheckedConnection(near.address())) {
            CheckedRequest change = new CheckedRequest("POST", object, "", "", "", -1, -1, false);
            connection.send(change.octets(object.path(), "near"));
            assertThat(connection.receive("POST", false).status()).isEqualTo(200);
        }
        judge(request(object, "", ""), octets, System.nanoTime());
        assertThat(world.faults()).isEmpty();
        judge(request(object, "", ""), octets, System.nanoTime() + (object.graceSeconds() + 1) * SECOND);
        assertThat(world.faults()).hasSize(1).allMatch(fault -> fault.startsWith("stale"));
        world.forbid("near", object.number(), body.generated() + 1, body.generated() + 2);
        judge(request(object, "", ""), octets, body.generated() + 3);
        assertThat(world.faults()).hasSize(2).anyMatch(fault -> fault.startsWith("purged"));
    }

    @Test
    void partsWithOctetsOfAnotherVersionOrPlaceDoNot() {
        CheckedObject object = first(Kind.RANGED);
        byte[] octets = CheckedBody.ranged("near", object.number(), 0).octets(object.length());
        byte[] other = CheckedBody.ranged("near", object.number(), 1).octets(object.length());
        judgePart(object, Arrays.copyOfRange(octets, 100, 200));
        assertThat(world.faults()).isEmpty();
        judgePart(object, Arrays.copyOfRange(octets, 101, 201));
        judgePart(object, Arrays.copyOfRange(other, 100, 200));
        judgePart(object, Arrays.copyOfRange(octets, 100, 199));
        assertThat(world.faults()).hasSize(3);
    }

    private void judgePart(CheckedObject object, byte[] octets) {
        CheckedRequest request = new CheckedRequest("GET", object, "", "", "", 100, 199, false);
        Map<String, String> fields = Map.of("content-range", "bytes 100-199/" + object.length(), "etag", "\"0--\"");
        world.judge("near", request, new Received(206, fields, Buffer.buffer(octets), true), System.nanoTime());
    }

    private void expect(String fault, CheckedRequest request, byte[] octets) {
        long before = world.wrong();
        judge(request, octets, System.nanoTime());
        assertThat(world.wrong()).as(fault).isEqualTo(before + 1);
        assertThat(world.faults().get(world.faults().size() - 1)).startsWith(fault);
    }

    private void judge(CheckedRequest request, byte[] octets, long sent) {
        world.judge("near", request, new Received(200, Map.of(), Buffer.buffer(octets), true), sent);
    }

    private static CheckedRequest request(CheckedObject object, String choice, String user) {
        return new CheckedRequest("GET", object, choice, user, "", -1, -1, false);
    }

    private CheckedBody body(CheckedObject object, String choice, String user) {
        return new CheckedBody("near", object.number(), 0, choice, user, System.nanoTime());
    }

    private static CheckedObject first(Kind kind) {
        return IntStream.range(0, CheckedObject.COUNT)
                .mapToObj(CheckedObject::of)
                .filter(each -> each.kind() == kind)
                .findFirst()
                .orElseThrow();
    }
}
