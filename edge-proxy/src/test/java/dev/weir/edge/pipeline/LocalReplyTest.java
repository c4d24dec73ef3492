package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import dev.weir.runtime.config.Identity;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalReplyTest {
    private static final LocalAnswer REFUSED = LocalAnswer.error(502, "connection_refused", "connection_refused");

    private static Answer rendered(LocalAnswer local, boolean showsDiagnostics, String... fields) {
        return LocalReply.render(local, Exchanges.of(Identity.DISCLOSE, showsDiagnostics, fields));
    }

    private static String content(Answer answer) {
        return ((Answer.Body.Whole) answer.body()).content().toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # Accept                           | Content-Type
                    ''                                 | text/html; charset=utf-8
                    */*                                | text/html; charset=utf-8
                    text/html,application/xhtml+xml    | text/html; charset=utf-8
                    text/html, application/json        | text/html; charset=utf-8
                    application/json                   | application/problem+json
                    application/problem+json           | application/problem+json
                    application/json, text/html;q=0.5  | application/problem+json
                    image/png                          | text/html; charset=utf-8
                    """)
    void isAPageOrProblemJsonByAccept(String accept, String contentType) {
        Answer answer = rendered(REFUSED, true, "Accept", accept);
        assertThat(answer.fields().first("Content-Type")).contains(contentType);
        assertThat(answer.fields().first("Cache-Control")).contains("no-store");
        assertThat(content(answer)).contains("id-1");
    }

    @Test
    void problemJsonIsJson() {
        JsonObject problem = new JsonObject(content(rendered(REFUSED, true, "Accept", "application/json")));
        assertThat(problem.getInteger("status")).isEqualTo(502);
        assertThat(problem.getString("title")).isEqualTo("Bad Gateway");
        assertThat(problem.getString("error")).isEqualTo("connection_refused");
        assertThat(problem.getString("reference")).isEqualTo("id-1");
    }

    @Test
    void proxyStatusIsForThoseWhoMaySeeIt() {
        assertThat(rendered(REFUSED, true).fields().first("Proxy-Status")).contains("weir; error=connection_refused");
        assertThat(rendered(REFUSED, false).fields().contains("Proxy-Status")).isFalse();
        LocalAnswer redirect = LocalAnswer.redirect(302, "https://elsewhere.test/");
        Answer answer = rendered(redirect, true);
        assertThat(answer.fields().contains("Proxy-Status")).isFalse();
        assertThat(answer.fields().first("Location")).contains("https://elsewhere.test/");
        assertThat(answer.status()).isEqualTo(302);
    }

    @Test
    void noFailureNamesAnAddressToTheClient() {
        for (ProxyError type : ProxyError.values()) {
            ProxyFailure failure = ProxyFailure.of(type, ProxyFailure.Source.ORIGIN, "http://10.1.2.3:80 did it");
            LocalAnswer local = LocalReply.to(failure);
            assertThat(local.status()).isEqualTo(type.status());
            assertThat(local.reason()).isEqualTo(type.token());
            Answer answer = rendered(local, true);
            assertThat(content(answer) + answer.fields()).doesNotContain("10.1.2.3");
        }
    }

    @ParameterizedTest
    @CsvSource({"400, Bad Request", "451, Unavailable For Legal Reasons", "502, Bad Gateway", "508, Loop Detected"})
    void namesTheStatusByTheRegistry(int status, String phrase) {
        String page = content(rendered(LocalAnswer.error(status, "x", "x"), true));
        assertThat(page).contains("<title>" + status + " " + phrase + "</title>", "<h1>" + status + " " + phrase);
    }

    @Test
    void tellsRefusalsFromFailures() {
        LocalAnswer prohibited = LocalReply.to(ProxyFailure.of(
                ProxyError.DESTINATION_IP_PROHIBITED, ProxyFailure.Source.CLIENT, 403, "http://10.1.2.3"));
        assertThat(prohibited.termination()).isEqualTo(Termination.DENIED);
        LocalAnswer full =
                LocalReply.to(ProxyFailure.of(ProxyError.CONNECTION_LIMIT_REACHED, ProxyFailure.Source.SELF, "full"));
        assertThat(full.fields()).isEqualTo(HeaderFields.of("Retry-After", "2"));
        LocalAnswer fault = LocalReply.to(new IllegalStateException("a secret"));
        assertThat(fault.status()).isEqualTo(500);
        assertThat(content(rendered(fault, true))).doesNotContain("secret");
    }
}
