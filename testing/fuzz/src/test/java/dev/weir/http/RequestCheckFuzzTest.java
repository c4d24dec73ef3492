package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Texts;
import dev.weir.http.CanonicalRequest.TargetForm;
import dev.weir.http.RequestCheck.Accepted;
import dev.weir.http.caching.CacheKey;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Heads, a part a line: what is accepted has one reading, and reading it again changes nothing. */
class RequestCheckFuzzTest {
    private static final FieldLimits LIMITS = new FieldLimits(20, 2000);
    private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":authority", ":path");

    /** Method, target, protocol, then fields as {@code name:value}. */
    @FuzzTest
    void http1(byte[] data) {
        List<String> lines = Texts.lines(data);
        String method = Texts.line(lines, 0);
        HeaderFields fields = fields(lines, 3);
        RequestCheck check =
                RequestCheck.http1(method, Texts.line(lines, 1), Texts.line(lines, 2), "http", fields, LIMITS);
        if (!(check instanceof Accepted accepted)) {
            return;
        }
        CanonicalRequest request = accepted.request();
        isCanonical(request);
        RequestCheck again =
                RequestCheck.http1(method, target(request), request.protocol(), "http", request.fields(), LIMITS);
        assertThat(again).isEqualTo(check);
    }

    /** Method, scheme, authority, path ({@code -} for none), {@code end} or not, then fields as {@code name:value}. */
    @FuzzTest
    void http2(byte[] data) {
        List<String> lines = Texts.lines(data);
        boolean end = Texts.line(lines, 4).equals("end");
        RequestCheck check = RequestCheck.http2(
                Texts.line(lines, 0),
                pseudo(lines, 1),
                pseudo(lines, 2),
                pseudo(lines, 3),
                end,
                fields(lines, 5),
                LIMITS);
        if (!(check instanceof Accepted accepted)) {
            return;
        }
        CanonicalRequest request = accepted.request();
        isCanonical(request);
        boolean tunnel = request.form() == TargetForm.AUTHORITY;
        RequestCheck again = RequestCheck.http2(
                request.method(),
                tunnel ? null : request.scheme(),
                request.authority().toString(),
                tunnel ? null : request.pathAndQuery(),
                end,
                request.fields(),
                LIMITS);
        assertThat(again).isEqualTo(check);
    }

    /** A whole field block as {@code name:value}, pseudo-fields among it; {@code end} in the first line or not. */
    @FuzzTest
    void http2Block(byte[] data) {
        List<String> lines = Texts.lines(data);
        boolean end = Texts.line(lines, 0).equals("end");
        HeaderFields block = fields(lines, 1);
        RequestCheck check = RequestCheck.http2(block, end, LIMITS);
        List<String> pseudo = new ArrayList<>();
        HeaderFields.Builder others = HeaderFields.builder();
        boolean sorted = true;
        for (int i = 0; i < block.size(); i++) {
            if (block.name(i).startsWith(":")) {
                sorted &= pseudo.size() == i && !pseudo.contains(block.name(i));
                pseudo.add(block.name(i));
            } else {
                others.add(block.name(i), block.value(i));
            }
        }
        if (!sorted || !PSEUDO.containsAll(pseudo) || !pseudo.contains(":method")) {
            assertThat(check).isEqualTo(new RequestCheck.Refused(RefusalReason.PSEUDO_FIELDS));
        } else {
            RequestCheck apart = RequestCheck.http2(
                    block.first(":method").orElseThrow(),
                    block.first(":scheme").orElse(null),
                    block.first(":authority").orElse(null),
                    block.first(":path").orElse(null),
                    end,
                    others.build(),
                    LIMITS);
            assertThat(check).isEqualTo(apart);
        }
        if (!pseudo.isEmpty()) {
            assertThat(RequestCheck.http2Trailers(block, LIMITS)).contains(RefusalReason.PSEUDO_FIELDS);
        }
    }

    private static void isCanonical(CanonicalRequest request) {
        assertThat(request.fields().all("Host")).hasSize(1);
        assertThat(Authority.parse(request.fields().first("Host").orElseThrow()))
                .contains(request.authority());
        assertThat(Authority.parse(request.authority().toString())).contains(request.authority());
        for (int i = 0; i < request.fields().size(); i++) {
            assertThat(FieldSyntax.isToken(request.fields().name(i))).isTrue();
            assertThat(FieldSyntax.isFieldValue(request.fields().value(i))).isTrue();
        }
        assertThat(request.method()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
        if (request.form() == TargetForm.AUTHORITY) {
            assertThat(request.pathAndQuery()).isEmpty();
            assertThat(request.authority().port()).isPositive();
            return;
        }
        assertThat(request.scheme()).isIn("http", "https");
        if (request.path().equals("*")) {
            assertThat(request.method()).isEqualTo("OPTIONS");
            assertThat(request.query()).isEmpty();
            return;
        }
        assertThat(request.path()).startsWith("/").doesNotContain("?");
        assertThat(request.query()).matches("(\\?.*)?");
        assertThat(request.pathAndQuery()).matches("[!-~]+").doesNotContain("#");
        CacheKey key = CacheKey.of("zone", request);
        assertThat(CacheKey.parse(key.toString())).contains(key);
        agreesWithTheJdk(request);
    }

    /** Where the JDK takes the URI at all (it is stricter about characters), it finds the same parts. */
    private static void agreesWithTheJdk(CanonicalRequest request) {
        URI uri;
        try {
            uri = new URI(request.uri());
        } catch (URISyntaxException notForTheJdk) {
            return;
        }
        assertThat(uri.getRawPath()).isEqualTo(request.path());
        assertThat(uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()).isEqualTo(request.query());
        if (uri.getHost() != null) {
            assertThat(uri.getHost()).isEqualTo(request.authority().host());
            assertThat(uri.getPort()).isEqualTo(request.authority().port());
        }
    }

    /** The target as it would be written towards another proxy. */
    private static String target(CanonicalRequest request) {
        return switch (request.form()) {
            case AUTHORITY -> request.authority().toString();
            case ABSOLUTE -> request.uri();
            case ASTERISK, ORIGIN -> request.pathAndQuery();
        };
    }

    private static @Nullable String pseudo(List<String> lines, int index) {
        return Texts.line(lines, index).equals("-") ? null : Texts.line(lines, index);
    }

    private static HeaderFields fields(List<String> lines, int from) {
        HeaderFields.Builder fields = HeaderFields.builder();
        for (int i = from; i < lines.size(); i++) {
            // A colon at the beginning belongs to the name of a pseudo-field.
            int colon = lines.get(i).indexOf(':', 1);
            if (colon >= 0) {
                fields.add(
                        lines.get(i).substring(0, colon),
                        FieldSyntax.trim(lines.get(i).substring(colon + 1)));
            }
        }
        return fields.build();
    }
}
