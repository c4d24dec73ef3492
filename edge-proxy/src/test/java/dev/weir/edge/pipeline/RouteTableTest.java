package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.config.WeirConfigReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final RouteTable ROUTES =
            RouteTable.of(WeirConfigReader.ofProcess().read("weir.yaml", """
                    routes:
                      - { host: shop.example, path: /api/, upstream: api, cache: off, origin-host: target }
                      - { host: shop.example, path: /exact, upstream: exact }
                      - { host: "*.example", path: /, upstream: site }
                      - { host: "*", path: /any/, upstream: any }
                    upstreams:
                      api: { targets: ["http://127.0.0.1:9"] }
                      exact: { targets: ["http://127.0.0.1:9"] }
                      site: { targets: ["http://127.0.0.1:9"] }
                      any: { targets: ["http://127.0.0.1:9"] }
                    """));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # host           | path      | route
                    shop.example     | /api/     | api
                    shop.example     | /api/x    | api
                    shop.example     | /api      | site
                    shop.example     | /apix     | site
                    shop.example     | /exact    | exact
                    shop.example     | /exact/   | site
                    shop.example     | /exactly  | site
                    www.example      | /         | site
                    a.b.example      | /x        | site
                    example          | /         | none
                    notexample       | /         | none
                    evil.example.com | /         | none
                    other.test       | /any/x    | any
                    other.test       | /any      | none
                    other.test       | *         | none
                    """)
    void takesTheFirstThatMatchesHostAndPath(String host, String path, String name) {
        assertThat(ROUTES.find(host, path).map(Route::name).orElse("none")).isEqualTo(name);
    }

    @Test
    void anUpstreamIsAZoneOfItsOwn() {
        Route api = ROUTES.find("shop.example", "/api/").orElseThrow();
        Route site = ROUTES.find("www.example", "/").orElseThrow();
        assertThat(api.zone()).isNotEqualTo(site.zone());
        assertThat(api.cache()).isFalse();
        assertThat(site.cache()).isTrue();
        assertThat(api.hostOfTarget()).isTrue();
        assertThat(site.hostOfTarget()).isFalse();
    }
}
