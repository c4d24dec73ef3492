package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.PathReadings;
import dev.weir.runtime.config.WeirConfigReader;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {
    private static final RouteTable ROUTES =
            RouteTable.of(WeirConfigReader.ofProcess().read("weir.yaml", """
                    routes:
                      - { host: shop.example, path: /api/, upstream: api, cache: off, origin-host: target }
                      - { host: shop.example, path: /exact, upstream: exact }
                      - { host: shop.example, path: /private/, upstream: site, cache: off }
                      - { host: strict.example, path: /checked/, upstream: site, normalise: strict }
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
                    www.example.     | /x        | site
                    shop.example.    | /api/x    | api
                    shop.example     | /api/%2e%2e/x     | ambiguous
                    shop.example     | /x/..;/api/y      | ambiguous
                    shop.example     | //api/x           | ambiguous
                    shop.example     | /ap%69/x          | ambiguous
                    shop.example     | /api/x%2Fy;z      | api
                    shop.example     | /a/../b//c;d%2Fe  | site
                    shop.example     | /%C3%A9%20        | site
                    other.test       | /any/../x         | ambiguous
                    other.test       | /x/../any/y       | none
                    strict.example   | /checked/a%20b    | site
                    strict.example   | /checked/a%2Fb    | refused
                    strict.example   | /checked//a       | refused
                    strict.example   | /checked/a;b      | refused
                    strict.example   | /a/../checked/b   | refused
                    strict.example   | /%63hecked/b      | site
                    strict.example   | /a/../b           | site
                    """)
    void takesTheFirstThatMatchesHostAndPath(String host, String path, String name) {
        Routing routing = find(host, path);
        String word = routing instanceof Routing.Taken taken
                ? taken.route().name()
                : routing.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        assertThat(word).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    # path             | may be answered from the cache
                    /x                 | true
                    /private/x         | false
                    /x/../private/y    | false
                    /private/../x      | false
                    /x/%2e%2e/private/ | false
                    /%70rivate/x       | false
                    /PRIVATE/x         | false
                    /private           | true
                    /x/..;/y           | true
                    """)
    void storesOnlyWhatEveryReadingsRouteStores(String path, boolean cache) {
        Route route = taken("shop.example", path);
        assertThat(route.name()).isEqualTo("site");
        assertThat(route.cache()).isEqualTo(cache);
    }

    @Test
    void takesAPathOfTooManyReadingsForAnyPath() {
        String odd = "/x/%2e%252e;a//\\..%2f%c0%ae".repeat(1000);
        assertThat(find("shop.example", odd)).isEqualTo(Routing.AMBIGUOUS);
        assertThat(find("strict.example", odd)).isEqualTo(Routing.REFUSED);
    }

    private static Routing find(String host, String path) {
        return ROUTES.find(host, PathReadings.of(path));
    }

    private static Route taken(String host, String path) {
        return ((Routing.Taken) find(host, path)).route();
    }

    @Test
    void anUpstreamIsAZoneOfItsOwn() {
        Route api = taken("shop.example", "/api/");
        Route site = taken("www.example", "/");
        assertThat(api.zone()).isNotEqualTo(site.zone());
        assertThat(api.cache()).isFalse();
        assertThat(site.cache()).isTrue();
        assertThat(api.hostOfTarget()).isTrue();
        assertThat(site.hostOfTarget()).isFalse();
    }
}
