package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestCheckTest {
    private static final FieldLimits LIMITS = new FieldLimits(10, 1000);

    /** Fields are written {@code name=value;name=value}. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', nullValues = "-", textBlock = """
            9112 §3.2   # GET     # /         # 1.1 # Host=a                                      # http://a/
            9112 §3.2   # GET     # /p?q      # 1.1 # hOST=A:80                                   # http://a:80/p?q
            9112 §3.2   # GET     # /         # 1.1 # -                                           # host-missing
            9112 §3.2   # GET     # /         # 1.1 # Host=a;Host=a                               # host-repeated
            9112 §3.2   # GET     # /         # 1.1 # Host=a;host=b                               # host-repeated
            9112 §3.2   # GET     # /         # 1.1 # Host=                                       # host-invalid
            9112 §3.2   # GET     # /         # 1.1 # Host=a b                                    # host-invalid
            3986 §3.2.3 # GET     # /         # 1.1 # Host=a:                                     # http://a/
            3986 §3.2.3 # GET     # http://b: # 1.1 # Host=a:                                     # http://b/
            9112 §3.2.3 # CONNECT # b:        # 1.1 # Host=b:                                     # target-form
            9112 §3.2   # GET     # /         # 1.1 # Host=u@a                                    # host-invalid
            9112 §3.2   # GET     # /         # 1.0 # -                                           # host-missing
            9112 §3.2   # GET     # /         # 1.0 # Host=a                                      # http://a/
            9112 §3.2.2 # GET     # http://b/ # 1.0 # -                                           # http://b/
            9112 §3.2.2 # GET     # http://b/ # 1.1 # Host=a                                      # http://b/
            9112 §3.2.2 # GET     # http://b/ # 1.1 # -                                           # host-missing
            9112 §3.2.2 # GET     # http://b/ # 1.1 # Host=a b                                    # host-invalid
            9112 §3.2.3 # CONNECT # b:443     # 1.1 # Host=b:443                                  # b:443
            9112 §3.2.3 # CONNECT # b:443     # 1.1 # Host=b                                      # b:443
            9112 §3.2.4 # OPTIONS # *         # 1.1 # Host=a                                      # http://a
            9110 §9.1   # PURGE   # /         # 1.1 # Host=a                                      # http://a/
            9110 §9.1   # get     # /         # 1.1 # Host=a                                      # method
            9110 §9.1   # G(T     # /         # 1.1 # Host=a                                      # method
            9110 §9.1   # ''      # /         # 1.1 # Host=a                                      # method
            9112 §2.3   # GET     # /         # 1.2 # Host=a                                      # version
            9112 §2.3   # GET     # /         # 2.0 # Host=a                                      # version
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=Chunked            # http://a/
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=xchunked           # transfer-encoding
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=identity           # transfer-encoding
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=chunked, gzip      # transfer-encoding
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=chunked, chunked   # transfer-encoding
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=                   # transfer-encoding
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=gzip, chunked      # transfer-encoding-unknown
            9112 §6.1   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=chunked;transfer-encoding=chunked # transfer-encoding
            9112 §6.1   # POST    # /         # 1.0 # Host=a;Transfer-Encoding=chunked            # transfer-encoding
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Transfer-Encoding=chunked;Content-Length=3 # framing-ambiguous
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=3;Content-Length=3    # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=3, 3                  # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=+3                    # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=-1                    # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=0x3                   # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=                      # content-length
            9112 §6.3   # POST    # /         # 1.1 # Host=a;Content-Length=9999999999999999999   # content-length
            9110 §9.3.6 # CONNECT # a:443     # 1.1 # Host=a:443;Content-Length=3                 # connect-body
            9110 §9.3.6 # CONNECT # a:443     # 1.1 # Host=a:443;Transfer-Encoding=chunked        # connect-body
            9110 §9.3.6 # CONNECT # a:443     # 1.1 # Host=a:443;Content-Length=0                 # a:443
            9110 §5.1   # GET     # /         # 1.1 # Host=a;=v                                   # field-name
            9110 §5.1   # GET     # /         # 1.1 # Host=a;a b=v                                # field-name
            9110 §5.5   # GET     # /         # 1.1 # Host=a;x=a\u0001b                           # field-value
            9110 §5.5   # GET     # /         # 1.1 # Host=a;x=a\u007fb                           # field-value
            9110 §5.5   # GET     # /         # 1.1 # Host=a;x=a\u00e9b                           # http://a/
            """)
    void checksHttp1(
            String rfc, String method, String target, String version, @Nullable String fields, String expected) {
        RequestCheck check = RequestCheck.http1(method, target, "HTTP/" + version, "http", fields(fields), LIMITS);
        assertThat(shown(check)).as(rfc).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', nullValues = "-", textBlock = """
            9113 §8.3.1 # GET     # https # a:443 # /    # -                      # https://a:443/
            9113 §8.3.1 # GET     # https # -     # /?   # host=a                 # https://a/?
            9113 §8.3.1 # GET     # https # a     # /    # host=a                 # https://a/
            9113 §8.3.1 # GET     # https # a     # /    # host=A:443             # https://a/
            9113 §8.3.1 # GET     # https # a     # /    # host=b                 # host-differs
            9113 §8.3.1 # GET     # https # a     # /    # host=a:80              # host-differs
            9113 §8.3.1 # GET     # https # a     # /    # host=a;host=a          # host-repeated
            9113 §8.3.1 # GET     # https # -     # /    # -                      # host-missing
            9113 §8.3.1 # GET     # https # u@a   # /    # -                      # target-authority
            9113 §8.3.1 # GET     # -     # a     # /    # -                      # pseudo-fields
            9113 §8.3.1 # GET     # https # a     # -    # -                      # pseudo-fields
            9113 §8.3.1 # GET     # ftp   # a     # /    # -                      # scheme
            9113 §8.3.1 # GET     # https # a     # ''   # -                      # target-form
            9113 §8.3.1 # GET     # https # a     # abc  # -                      # target-form
            9113 §8.3.1 # GET     # https # a     # http://b/ # -                 # target-form
            9113 §8.3.1 # GET     # https # a     # *    # -                      # target-form
            9113 §8.3.1 # OPTIONS # https # a     # *    # -                      # https://a
            9113 §8.5   # CONNECT # -     # a:443 # -    # -                      # a:443
            9113 §8.5   # CONNECT # -     # a     # -    # -                      # target-form
            9113 §8.5   # CONNECT # https # a:443 # /    # -                      # pseudo-fields
            9113 §8.5   # CONNECT # -     # -     # -    # host=a:443             # pseudo-fields
            9113 §8.2.2 # GET     # https # a     # /    # connection=x           # connection-specific
            9113 §8.2.2 # GET     # https # a     # /    # keep-alive=x           # connection-specific
            9113 §8.2.2 # GET     # https # a     # /    # proxy-connection=x     # connection-specific
            9113 §8.2.2 # GET     # https # a     # /    # transfer-encoding=chunked # connection-specific
            9113 §8.2.2 # GET     # https # a     # /    # upgrade=x              # connection-specific
            9113 §8.2.2 # GET     # https # a     # /    # te=trailers            # https://a/
            9113 §8.2.2 # GET     # https # a     # /    # te=gzip                # connection-specific
            9113 §8.2.1 # GET     # https # a     # /    # X=1                    # field-name
            9113 §8.2.1 # GET     # https # a     # /    # x= 1                   # field-value
            9113 §8.2.1 # GET     # https # a     # /    # x=1\u00002             # field-value
            9113 §8.1.1 # GET     # https # a     # /    # content-length=3       # content-length
            9113 §8.1.1 # GET     # https # a     # /    # content-length=0       # https://a/
            """)
    void checksHttp2(
            String rfc,
            String method,
            @Nullable String scheme,
            @Nullable String authority,
            @Nullable String path,
            @Nullable String fields,
            String expected) {
        RequestCheck check = RequestCheck.http2(method, scheme, authority, path, true, fields(fields), LIMITS);
        assertThat(shown(check)).as(rfc).isEqualTo(expected);
    }

    @Test
    void theAbsoluteTargetWinsAndHostSaysSo() {
        CanonicalRequest request = accepted(RequestCheck.http1(
                "GET", "http://B:81/", "HTTP/1.1", "http", HeaderFields.of("a", "1", "HOST", "c", "z", "2"), LIMITS));
        assertThat(request.fields()).isEqualTo(HeaderFields.of("a", "1", "HOST", "b:81", "z", "2"));
        assertThat(request.authority()).hasToString("b:81");
        assertThat(request.form()).isEqualTo(CanonicalRequest.TargetForm.ABSOLUTE);
    }

    @Test
    void anEmptyPortIsNone() {
        HeaderFields fields = HeaderFields.of("a", "1", "host", "Example.COM:");
        assertThat(accepted(RequestCheck.http1("GET", "/", "HTTP/1.1", "http", fields, LIMITS))
                        .fields())
                .isEqualTo(HeaderFields.of("a", "1", "host", "example.com"));
        for (String authority : new String[] {"example.com", "EXAMPLE.com:"}) {
            CanonicalRequest request =
                    accepted(RequestCheck.http2("GET", "https", authority, "/", true, fields, LIMITS));
            assertThat(request.authority()).hasToString("example.com");
            assertThat(request.fields()).isEqualTo(HeaderFields.of("a", "1", "host", "example.com"));
        }
    }

    @Test
    void keepsHostAsItCameWhenItSaysTheSame() {
        HeaderFields fields = HeaderFields.of("Host", "Example.COM");
        CanonicalRequest request =
                accepted(RequestCheck.http1("GET", "http://example.com/", "HTTP/1.1", "http", fields, LIMITS));
        assertThat(request.fields()).isSameAs(fields);
    }

    @Test
    void http2GetsAHost() {
        CanonicalRequest request = accepted(
                RequestCheck.http2("GET", "https", "a.example", "/p", false, HeaderFields.of("x", "1"), LIMITS));
        assertThat(request.fields()).isEqualTo(HeaderFields.of("host", "a.example", "x", "1"));
        assertThat(request.framing()).isEqualTo(Framing.OPEN);
    }

    @Test
    void tellsWhatFollowsTheHead() {
        assertThat(body("Content-Length", "0").framing()).isEqualTo(Framing.NONE);
        assertThat(body("Content-Length", "5").framing()).isEqualTo(Framing.of(5));
        assertThat(body("Transfer-Encoding", "chunked").framing()).isEqualTo(Framing.OPEN);
        assertThat(body("X", "y").framing()).isEqualTo(Framing.NONE);
        assertThat(stream(false, "content-length", "0").framing()).isEqualTo(Framing.of(0));
        assertThat(stream(true, "content-length", "0").framing()).isEqualTo(Framing.NONE);
        assertThat(stream(false, "x", "y").framing()).isEqualTo(Framing.OPEN);
        assertThat(Framing.NONE.most()).isZero();
        assertThat(Framing.of(5).most()).isEqualTo(5);
        assertThat(Framing.of(5).exceeds(4)).isTrue();
        assertThat(Framing.of(5).exceeds(5)).isFalse();
        assertThat(Framing.OPEN.exceeds(5)).isFalse();
    }

    private static CanonicalRequest stream(boolean endStream, String name, String value) {
        return accepted(
                RequestCheck.http2("POST", "https", "a.example", "/", endStream, HeaderFields.of(name, value), LIMITS));
    }

    @Test
    void tellsNoQueryFromAnEmptyOne() {
        assertThat(target("/a").hasQuery()).isFalse();
        assertThat(target("/a?").hasQuery()).isTrue();
        assertThat(target("/a?").pathAndQuery()).isEqualTo("/a?");
    }

    @Test
    void boundsFields() {
        HeaderFields.Builder many = HeaderFields.builder().add("Host", "a");
        for (int i = 0; i < 10; i++) {
            many.add("x", "y");
        }
        assertThat(shown(RequestCheck.http1("GET", "/", "HTTP/1.1", "http", many.build(), LIMITS)))
                .isEqualTo("fields-too-many");
        HeaderFields large = HeaderFields.of("Host", "a", "x", "y".repeat(986));
        assertThat(shown(RequestCheck.http1("GET", "/", "HTTP/1.1", "http", large, LIMITS)))
                .isEqualTo("http://a/");
        RequestCheck tooLarge = RequestCheck.http1(
                "GET", "/", "HTTP/1.1", "http", HeaderFields.of("Host", "a", "x", "y".repeat(987)), LIMITS);
        assertThat(shown(tooLarge)).isEqualTo("fields-too-large");
        assertThat(((RequestCheck.Refused) tooLarge).status()).isEqualTo(431);
    }

    private static CanonicalRequest body(String name, String value) {
        HeaderFields fields = HeaderFields.of("Host", "a", name, value);
        return accepted(RequestCheck.http1("POST", "/", "HTTP/1.1", "http", fields, LIMITS));
    }

    private static CanonicalRequest target(String target) {
        return accepted(RequestCheck.http1("GET", target, "HTTP/1.1", "http", HeaderFields.of("Host", "a"), LIMITS));
    }

    private static CanonicalRequest accepted(RequestCheck check) {
        assertThat(check).isInstanceOf(RequestCheck.Accepted.class);
        return ((RequestCheck.Accepted) check).request();
    }

    private static String shown(RequestCheck check) {
        return check instanceof RequestCheck.Refused refused
                ? refused.reason().token()
                : accepted(check).uri();
    }

    private static HeaderFields fields(@Nullable String written) {
        HeaderFields.Builder fields = HeaderFields.builder();
        if (written != null) {
            for (String line : written.split(";", -1)) {
                int equals = line.indexOf('=');
                fields.add(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return fields.build();
    }
}
