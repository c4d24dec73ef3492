package dev.weir.http.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.Authority;
import dev.weir.http.ByteRange;
import dev.weir.http.CanonicalRequest;
import dev.weir.http.EntityTag;
import dev.weir.http.FieldLimits;
import dev.weir.http.FieldSyntax;
import dev.weir.http.ForwardedFields;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.IpLiteral;
import dev.weir.http.Precondition;
import dev.weir.http.RequestCheck;
import dev.weir.http.RequestTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever text comes, the readers answer and don't throw; what they accept, they write back the same. */
class AnyTextTest {
    private static final int ROUNDS = 2_000;
    private static final InetAddress PEER = IpLiteral.parse("10.0.0.1").orElseThrow();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\",\\ =;a*W/", "0123456789abcdef:.[]%", "bytes=-,0123456789 ", "SunMonFriJanFeb0123456789:,- GMT",
                "max-agesno=,\"0123456789 ", "/.?#:%a2@[]ht ps", "for=\"[]:_;,0123456789.abcun \t",
                        "\u0000\n\r\u007f\u00ff\u0100a,"
            })
    void isReadWithoutThrowing(String alphabet) {
        Random random = new Random(alphabet.hashCode());
        CanonicalRequest post = accepted(post("/a/b"));
        for (int i = 0; i < ROUNDS; i++) {
            String text = text(random, alphabet, 40);
            HeaderFields fields = HeaderFields.of(
                    "Cache-Control",
                    text,
                    "Vary",
                    text,
                    "Forwarded",
                    text,
                    "X-Forwarded-For",
                    text,
                    "Location",
                    text,
                    "If-None-Match",
                    text,
                    "Range",
                    text,
                    "If-Range",
                    text,
                    "Expires",
                    text,
                    "Age",
                    text,
                    "ETag",
                    text,
                    "Date",
                    text,
                    "Connection",
                    text,
                    "Via",
                    text,
                    "Last-Modified",
                    text);
            StoredHead head = StoredHead.received(200, fields, Heads.DATE, Heads.DATE);
            Freshness freshness = Freshness.of(head);
            assertThat(freshness.lifetimeSeconds()).isNotNegative();
            assertThat(freshness.initialAgeMillis()).isNotNegative();
            assertThat(Storability.of("GET", fields, head, CacheProfile.STRICT_RFC, CacheRule.NONE))
                    .isNotNull();
            assertThat(Reuse.of(CacheDirectives.ofRequest(fields), freshness, Heads.DATE))
                    .isNotNull();
            assertThat(Revalidation.freshen(head, fields, Heads.DATE, Heads.DATE))
                    .isNotNull();
            assertThat(Invalidation.keys("z", post, 200, fields)).isNotEmpty();
            assertThat(Precondition.notModified("GET", fields, 200, fields, Heads.DATE, Heads.DATE))
                    .isIn(true, false);
            assertThat(ByteRange.of("GET", fields, fields, 10, Heads.DATE)).isNotNull();
            assertThat(Vary.of(fields).variant(fields)).isNotNull();
            assertThat(FieldSyntax.unquote(text)).isNotNull();
            assertThat(RequestTarget.parse("GET", text)).isNotNull();
            assertThat(RequestTarget.parse("GET", "http://" + text)).isNotNull();
            assertThat(post("/" + text)).isNotNull();
            for (ForwardedFields.Source source : ForwardedFields.Source.values()) {
                assertThat(ForwardedFields.clientAddress(fields, PEER, source, address -> true))
                        .isNotNull();
            }
            Optional<CacheKey> key = CacheKey.parse(text);
            assertThat(key.map(CacheKey::toString).orElse(text)).isEqualTo(text);
            Optional<EntityTag> tag = EntityTag.parse(text);
            assertThat(tag.map(EntityTag::toString).orElse(text)).isEqualTo(text);
            Optional<Authority> authority = Authority.parse(text);
            if (authority.isPresent()) {
                assertThat(Authority.parse(authority.get().toString())).isEqualTo(authority);
            }
            HttpDate.parse(text, Heads.DATE)
                    .ifPresent(date -> assertThat(HttpDate.parse(HttpDate.format(date), Heads.DATE))
                            .contains(date));
        }
    }

    @Test
    void addressesReadAsTheJdkReadsThem() throws UnknownHostException {
        Random random = new Random(1);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            String text = text(random, "::::01af.", 20);
            Optional<InetAddress> address = text.indexOf(':') < 0 ? Optional.empty() : IpLiteral.parse(text);
            if (address.isPresent()) {
                accepted++;
                assertThat(InetAddress.getByName('[' + text + ']')).as(text).isEqualTo(address.get());
                assertThat(IpLiteral.parse(IpLiteral.format(address.get()))).isEqualTo(address);
            }
        }
        assertThat(accepted).isGreaterThan(200);
    }

    private static RequestCheck post(String target) {
        return RequestCheck.http1(
                "POST", target, "HTTP/1.1", "http", HeaderFields.of("Host", "a"), new FieldLimits(10, 1000));
    }

    private static CanonicalRequest accepted(RequestCheck check) {
        assertThat(check).isInstanceOf(RequestCheck.Accepted.class);
        return ((RequestCheck.Accepted) check).request();
    }

    private static String text(Random random, String alphabet, int longest) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(longest); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
