package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        //host/admin/x         | /admin/x
        /\\\\host/admin/x       | /admin/x
        /%2fhost/admin/x       | /admin/x
        /%252e%252e/admin/x    | /admin/x
        /a/%c0%ae%c0%ae/admin/x | /admin/x
        /a/..%c0%afadmin/x     | /admin/x
        /a/..%e0%80%afadmin/x  | /admin/x
        /admin./x              | /admin/x
        /admin%20/x            | /admin/x
        /admin/x%3fy           | /admin/x
        /admin/x%2500.png      | /admin/x
        /admin/x/..            | /admin
        /admin%2f              | /admin
        /a//../../admin/x      | /admin/x
        /a//../admin/x         | /a/admin/x
        /x/../a/..;/b          | /a/../b
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
    void ofTheServerAsAWholeAreItAndItsRoot() {
        assertThat(PathReadings.of("*").raw()).isEqualTo("*");
        assertThat(PathReadings.of("*").all()).containsExactly("*", "/");
        assertThat(PathReadings.of("/*").all()).containsExactly("/*");
    }

    @Test
    void staySmallHoweverOddThePath() {
        PathReadings odd = PathReadings.of("/x/%2e%252e;a//\\..%2f%c0%ae".repeat(1000));
        assertThat(odd.areAll()).isFalse();
        assertThat(odd.all()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/../b;c=1//%2e%2e%2fd",
                "/..;/..;/%5c../x",
                "//x/%252e%252e/y;z/.",
                "/a%2520b/c%3Fd=%26/./..%2F"
            })
    void areAllKnownOfWhatIsMet(String path) {
        assertThat(PathReadings.of(path).areAll()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # path                | one way only but for triples
        /                     | true
        /a/b.html             | true
        /a%20b/%C3%A9         | true
        /100%25               | true
        /.well-known/x        | true
        /...                  | true
        /a%2Fb                | false
        /a%5Cb                | false
        /a%3Fb                | false
        /a%23b                | false
        /a%252Fb              | false
        /a/./b                | false
        /a/%2E%2e/b           | false
        /a//b                 | false
        /a;b                  | false
        /a%3Bb                | false
        /a\\b               | false
        /a./b                 | false
        /a%20/b               | false
        /%C0%AFa              | false
        """)
    void knowWhatOriginsDisagreeOn(String path, boolean unambiguous) {
        assertThat(PathReadings.of(path.replace("\\\\", "\\")).isUnambiguous()).isEqualTo(unambiguous);
    }

    @Test
    void leaveBadTriplesAlone() {
        assertThat(PathReadings.of("/a%zz%4").all()).containsExactly("/a%zz%4");
    }
}
