package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathReadingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # path                 | a reading among them
        /admin/x               | /admin/x
        /a/../admin/x          | /admin/x
        /a/%2e%2e/admin/x      | /admin/x
        /a/%2E%2e%2fadmin/x    | /admin/x
        /a/..;/admin/x         | /admin/x
        /a/..;v=1/admin/x      | /admin/x
        /%61dmin/x             | /admin/x
        /admin;s=1/x           | /admin/x
        /admin%3bs=1/x         | /admin/x
        //admin/x              | /admin/x
        /./admin/x             | /admin/x
        /a\\..\\admin/x        | /admin/x
        /a/..%5cadmin/x        | /admin/x
        /../../admin/x         | /admin/x
        /a/.                   | /a/
        /a/b/..                | /a/
        /admin/x?q=/../y       | /admin/x
        /admin/x#f             | /admin/x
        """)
    void holdWhatAnOriginMayTakeThePathFor(String path, String reading) {
        assertThat(PathReadings.of(path.replace("\\\\", "\\")).all()).contains(reading);
    }

    @Test
    void keepThePathAsItCameFirst() {
        assertThat(PathReadings.of("/a/%2e%2e/b").all()).first().isEqualTo("/a/%2E%2E/b");
        assertThat(PathReadings.of("/plain/path.html").all()).containsExactly("/plain/path.html");
    }

    @Test
    void staySmallHoweverOddThePath() {
        assertThat(PathReadings.of("/%2e;a//\\..%2f".repeat(1000)).all()).hasSizeLessThan(32);
    }

    @Test
    void leaveBadTriplesAlone() {
        assertThat(PathReadings.of("/a%zz%4").all()).containsExactly("/a%zz%4");
    }
}
