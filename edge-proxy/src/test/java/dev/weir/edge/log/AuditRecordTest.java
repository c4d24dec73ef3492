package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRecordTest {
    private final JsonLine line = new JsonLine("edge-1", 0xabcL);

    @Test
    void saysWhatItWasTold() {
        AuditRecord record = new AuditRecord(AuditRecord.Kind.EXCHANGE, 1_767_225_599_007L)
                .listener("site")
                .mode("reverse")
                .clientAddress("192.0.2.0/24")
                .method("GET")
                .scheme("https")
                .serverAddress("shop.example")
                .serverPort(443)
                .path("/a/b")
                .query("x=1")
                .status(200)
                .protocolVersion("2")
                .userAgent("curl/8")
                .clientRequestId("abc")
                .requestId("r-1")
                .requestBodyBytes(0)
                .responseBodyBytes(1024)
                .durationMicros(321)
                .cache("hit")
                .cacheForwarded("stale")
                .cacheReason("no-store")
                .policyRule("office")
                .policyRevision("5.7")
                .policyOutcome("allow")
                .upstream("site")
                .upstreamAddress("10.0.1.10:8000")
                .retries(1)
                .termination("complete")
                .reason("ok");

        assertThat(json(record, 42).encode()).isEqualTo(new JsonObject("""
                {"edge":"edge-1","epoch":"abc","seq":42,"time":"2025-12-31T23:59:59.007Z","kind":"exchange",
                 "listener":"site","mode":"reverse","client.address":"192.0.2.0/24","http.request.method":"GET",
                 "url.scheme":"https","server.address":"shop.example","server.port":443,"url.path":"/a/b",
                 "url.query":"x=1","http.response.status_code":200,"network.protocol.version":"2",
                 "user_agent.original":"curl/8","client_request_id":"abc","request_id":"r-1",
                 "http.request.body.size":0,"http.response.body.size":1024,"duration_us":321,"cache":"hit",
                 "cache.fwd":"stale","cache.reason":"no-store",
                 "policy.rule":"office","policy.revision":"5.7","policy.outcome":"allow","upstream":"site",
                 "upstream.address":"10.0.1.10:8000","retries":1,"termination":"complete",
                 "termination.reason":"ok"}
                """).encode());
    }

    @Test
    void leavesOutWhatItWasNotTold() {
        assertThat(json(new AuditRecord(AuditRecord.Kind.MALFORMED, 0).clientRequestId("x"), 1)
                        .getMap())
                .containsOnlyKeys("edge", "epoch", "seq", "time", "kind")
                .containsEntry("time", "1970-01-01T00:00:00.000Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "quote \" and \\ backslash",
                "line\r\nline\ttab\0nul\u001b[31mred",
                "\u007f\u0080\u009b\u00a0\u00e4\u00ff",
                "\u2028\u2029\u202e\u2066\ufeff",
                "\u0100\u07ff\u0800\u20ac\uffff",
                "\ud83d\ude00 pair",
                "\ud83d half",
                "half \ude00",
                "\ude00\ud83d",
            })
    void everyTextComesBack(String text) {
        assertThat(json(new AuditRecord(AuditRecord.Kind.EXCHANGE, 0).path(text), 1)
                        .getString("url.path"))
                .isEqualTo(text);
        assertThat(text(new AuditRecord(AuditRecord.Kind.EXCHANGE, 0).path(text), 1)
                        .chars()
                        .filter(Character::isISOControl))
                .isEmpty();
    }

    @Test
    void anyTextComesBack() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(200);
            for (int i = 0; i < length; i++) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0x180) : random.nextInt(0x10000)));
            }
            assertThat(json(new AuditRecord(AuditRecord.Kind.EXCHANGE, 0).path(text.toString()), round)
                            .getString("url.path"))
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void cutsLongValuesWithAMark() {
        JsonObject json = json(
                new AuditRecord(AuditRecord.Kind.EXCHANGE, 0)
                        .path("/" + "p".repeat(9_999))
                        .userAgent("\ud83d\ude00".repeat(500))
                        .query("q"),
                1);

        assertThat(json.getString("url.path")).isEqualTo("/" + "p".repeat(2047) + "…+7952");
        assertThat(json.getString("user_agent.original")).isEqualTo("\ud83d\ude00".repeat(128) + "…+744");
        assertThat(json.getString("truncated")).isEqualTo("url.path user_agent.original");
    }

    @Test
    void theLongestRecordStaysWithinTheBound() {
        String worst = "\u0001".repeat(100_000);
        AuditRecord record = new AuditRecord(AuditRecord.Kind.EXCHANGE, Long.MAX_VALUE / 1_000_000)
                .listener(worst)
                .mode(worst)
                .clientAddress(worst)
                .method(worst)
                .scheme(worst)
                .serverAddress(worst)
                .serverPort(Integer.MAX_VALUE)
                .path(worst)
                .query(worst)
                .status(Integer.MAX_VALUE)
                .protocolVersion(worst)
                .userAgent(worst)
                .clientRequestId(worst)
                .requestId(worst)
                .requestBodyBytes(Long.MAX_VALUE)
                .responseBodyBytes(Long.MAX_VALUE)
                .durationMicros(Long.MAX_VALUE)
                .cache(worst)
                .policyRule(worst)
                .policyRevision(worst)
                .policyOutcome(worst)
                .upstream(worst)
                .upstreamAddress(worst)
                .retries(Integer.MAX_VALUE)
                .termination(worst)
                .reason(worst);

        assertThat(text(record, Long.MAX_VALUE)).hasSizeLessThan(JsonLine.MAX_BYTES / 2);
        assertThat(json(record, Long.MAX_VALUE).getLong("seq")).isEqualTo(Long.MAX_VALUE);
    }

    private JsonObject json(AuditRecord record, long seq) {
        return new JsonObject(text(record, seq));
    }

    private String text(AuditRecord record, long seq) {
        record.writeTo(line);
        line.number(seq);
        return new String(line.bytes(), line.start(), line.length(), StandardCharsets.UTF_8);
    }
}
