package dev.weir.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainListTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        # host                 | entry that matches, or none
        ads.example            | ads.example
        x.ads.example          | ads.example
        a.b.ads.example        | b.ads.example
        b.ads.example          | b.ads.example
        nads.example           | none
        example                | none
        ads.example.org        | none
        """)
    void ofDomainsMatchesADomainAndWhatIsBelowIt(String host, String entry) {
        DomainList list =
                read(ListFormat.DOMAINS, "ads.example\nb.ads.example\n").list();
        assertThat(entry(list, host)).isEqualTo(entry);
    }

    @Test
    void ofHostsMatchesExactlyTheHostsNamed() {
        DomainList list = read(ListFormat.HOSTS, "0.0.0.0 ads.example tracker.example # both\n::1 six.example")
                .list();
        assertThat(entry(list, "ads.example")).isEqualTo("ads.example");
        assertThat(entry(list, "tracker.example")).isEqualTo("tracker.example");
        assertThat(entry(list, "six.example")).isEqualTo("six.example");
        assertThat(entry(list, "x.ads.example")).isEqualTo("none");
    }

    @Test
    void isReadWithCommentsBlanksAndOddLineEnds() {
        String text = "\ufeff# head\r\n\r\n  Ads.EXAMPLE. \t# why\r\nbücher.example\rbad line here\nno_w.example\n-\n";
        ListReading.Read read = read(ListFormat.DOMAINS, text.replace("\rbad", "\nbad"));
        assertThat(read.list().entries()).containsExactly("ads.example", "xn--bcher-kva.example", "no_w.example", "-");
        assertThat(read.badLines()).isEqualTo(1);
        assertThat(read.firstBadLine()).isEqualTo(5);
    }

    @Test
    void leavesOutTheNamesOfTheMachineItself() {
        String text =
                "127.0.0.1 localhost\nfe80::1%lo0 localhost\n255.255.255.255 broadcasthost\n0.0.0.0 ads.example\n";
        ListReading.Read read = read(ListFormat.HOSTS, text);
        assertThat(read.list().entries()).containsExactly("ads.example");
        assertThat(read.badLines()).isZero();
    }

    @Test
    void withoutAnyEntryIsRefused() {
        assertThat(ListFormat.DOMAINS.read("ads", "# nothing\n\n"))
                .isEqualTo(new ListReading.Refused(1, "the list is empty"));
        assertThat(ListFormat.HOSTS.read("ads", "\n<html>\nads.example\n"))
                .isEqualTo(new ListReading.Refused(2, "no line can be read as hosts (2 lines)"));
    }

    @Test
    void keepsWhatStandsTwiceOnce() {
        assertThat(read(ListFormat.DOMAINS, "a.example\nA.example\na.example.\n")
                        .list()
                        .size())
                .isEqualTo(1);
    }

    @Test
    void findsEachOfManyAndNothingElse() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            text.append("host-").append(i).append(".blocked-").append(i % 977).append(".example\n");
        }
        DomainList list = read(ListFormat.DOMAINS, text.toString()).list();
        assertThat(list.size()).isEqualTo(200_000);
        assertThat(list.weightBytes()).isLessThan(200_000L * 48);
        for (int i = 0; i < 200_000; i += 7) {
            String host = "host-" + i + ".blocked-" + i % 977 + ".example";
            assertThat(list.match(host)).isZero();
            assertThat(list.match("www." + host)).isEqualTo(4);
            assertThat(list.match("x" + host)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.example b.example, true",
        "a.example b.exam,    true",
        "a.exa,               true",
        "a.example c.exam,    false",
        "b.example,           false",
        "a.example b.example c.example, false",
        "a.example b.example.org,       false",
    })
    void knowsItselfCutShort(String entries, boolean cutShort) {
        DomainList whole =
                read(ListFormat.DOMAINS, "a.example\nb.example\nc.example").list();
        DomainList list = read(ListFormat.DOMAINS, entries.replace(' ', '\n')).list();
        assertThat(list.isBeginningOf(whole)).isEqualTo(cutShort);
    }

    private static ListReading.Read read(ListFormat format, String text) {
        return (ListReading.Read) format.read("ads", text);
    }

    private static String entry(DomainList list, String host) {
        int at = list.match(host);
        return at < 0 ? "none" : host.substring(at);
    }
}
