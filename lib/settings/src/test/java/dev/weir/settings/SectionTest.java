package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SectionTest {
    enum Mode implements Word {
        REVERSE("reverse"),
        FORWARD("forward");

        private final String word;

        Mode(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    record Everything(
            String text, int integer, boolean bool, Duration duration, ByteSize size, Mode mode, HostPort address) {}

    static String problemsOf(String yaml, Consumer<Section> reader) {
        Problems problems = new Problems();
        Section section = Section.root(YamlReader.read("weir.yaml", yaml), problems);
        reader.accept(section);
        section.finish();
        return String.join("\n", problems.list().stream().map(Problem::toString).toList());
    }

    private static Everything everything(Section s) {
        s.later("parents", "parent proxies");
        s.laterWords("mode", "transparent");
        List<Cidr> networks = s.networks("networks");
        List<String> texts = s.texts("texts");
        for (Section item : s.sections("items")) {
            assertThat(item.text("name")).isNotNull();
        }
        for (Section named : s.namedSections("named").values()) {
            assertThat(named.integer("n", 0, 9)).isBetween(0, 9);
        }
        assertThat(networks).isNotNull();
        assertThat(texts).isNotNull();
        return new Everything(
                s.text("text", "t"),
                s.integer("integer", 1, 10, 5),
                s.bool("bool", false),
                s.duration("duration", Duration.ofMillis(10), Duration.ofDays(1), Duration.ofSeconds(1)),
                s.size("memory", ByteSize.ofKiB(1), ByteSize.ofGiB(1), ByteSize.ofMiB(1)),
                s.choice("mode", Mode.class, Mode.REVERSE),
                s.address("address", new HostPort("127.0.0.1", 1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text: [a]              | weir.yaml:1:7: text: expected a text (found: a list)
            text:                  | weir.yaml:1:6: text: expected a text (found: nothing)
            integer: 11            | weir.yaml:1:10: integer: expected a whole number from 1 to 10 (found: "11")
            integer: many          | weir.yaml:1:10: integer: expected a whole number from 1 to 10 (found: "many")
            integer: 99999999999   | weir.yaml:1:10: integer: expected a whole number from 1 to 10 (found: "99999999999")
            bool: yes              | weir.yaml:1:7: bool: expected true or false (found: "yes")
            duration: 10           | weir.yaml:1:11: duration: expected a duration from 10ms to 1d, such as 250ms, 10s, 5m, 24h (found: "10")
            duration: 2d           | weir.yaml:1:11: duration: expected a duration from 10ms to 1d, such as 250ms, 10s, 5m, 24h (found: "2d")
            memory: 64KB           | weir.yaml:1:9: memory: expected a size from 1KiB to 1GiB, such as 512B, 64KiB, 1GiB (found: "64KB")
            memroy: 64KiB          | weir.yaml:1:1: memroy: unknown key (did you mean "memory"?)
            wholly-else: 1         | weir.yaml:1:1: wholly-else: unknown key
            mode: revers           | weir.yaml:1:7: mode: "revers" (expected: reverse, forward) (did you mean "reverse"?)
            mode: [reverse]        | weir.yaml:1:7: mode: expected a text (found: a list)
            mode: transparent      | weir.yaml:1:7: mode: "transparent" is not built yet
            parents: [a]           | weir.yaml:1:1: parents: parent proxies: not built yet
            address: 8080          | weir.yaml:1:10: address: expected host:port (found: "8080")
            networks: [10.0.0.1/8] | weir.yaml:1:12: networks[0]: "10.0.0.1/8" is no network (expected: such as 10.0.0.0/8, 192.0.2.7 or fd00::/8) (did you mean "10.0.0.0/8"?)
            networks: [ten]        | weir.yaml:1:12: networks[0]: "ten" is no network (expected: such as 10.0.0.0/8, 192.0.2.7 or fd00::/8)
            texts: one             | weir.yaml:1:8: texts: expected a list (found: "one")
            items: [{nam: x}]      | weir.yaml:1:9: items[0].name: missing (expected: a text)~weir.yaml:1:10: items[0].nam: unknown key (did you mean "name"?)
            items: [x]             | weir.yaml:1:9: items[0]: expected a mapping (found: "x")~weir.yaml:1:9: items[0].name: missing (expected: a text)
            named: {a: {n: x}}     | weir.yaml:1:16: named.a.n: expected a whole number from 0 to 9 (found: "x")
            named: 7               | weir.yaml:1:8: named: expected a mapping (found: "7")
            [a]                    | weir.yaml:1:1: expected a mapping (found: a list)
            parents: []            | ''
            integer: 0x0a          | ''
            """)
    void namesPlaceCauseAndMeantWord(String yaml, String expected) {
        assertThat(problemsOf(yaml, s -> assertThat(everything(s)).isNotNull())).isEqualTo(expected.replace('~', '\n'));
    }

    @Test
    void readsEveryKindOfValue() {
        Problems problems = new Problems();
        String yaml = """
                text: 8080
                integer: 7
                bool: true
                duration: 250ms
                memory: 64KiB
                mode: forward
                address: "[::1]:3128"
                """;
        Section section = Section.root(YamlReader.read("weir.yaml", yaml), problems);
        assertThat(everything(section))
                .isEqualTo(new Everything(
                        "8080",
                        7,
                        true,
                        Duration.ofMillis(250),
                        ByteSize.ofKiB(64),
                        Mode.FORWARD,
                        new HostPort("::1", 3128)));
        section.finish();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void absentKeysGiveDefaultsAndEmptySections() {
        Problems problems = new Problems();
        Section section = Section.root(YamlReader.read("weir.yaml", "other: {}"), problems);
        assertThat(everything(section).integer()).isEqualTo(5);
        assertThat(section.section("missing").section("deeper").text("x", "d")).isEqualTo("d");
        assertThat(section.optionalSection("missing")).isEmpty();
        assertThat(section.namedSections("nothing")).isEmpty();
        assertThat(section.textOrTexts("missing")).isEmpty();
        assertThat(section.optionalFilePath("missing")).isEmpty();
        assertThat(section.filePath("missing", Path.of("a"))).isEqualTo(Path.of("a"));
        assertThat(section.choice("missing2", Map.of("a", 1), 9)).isEqualTo(9);
        assertThat(problems.list()).hasSize(1);
    }

    @Test
    void collectsAllProblemsInTheOrderOfTheFile() {
        String yaml = "memory: 1\nbool: 1\ninteger: x\n";
        assertThat(problemsOf(yaml, s -> assertThat(everything(s)).isNotNull()))
                .hasLineCount(3)
                .startsWith("weir.yaml:1:9");
    }

    @Test
    void aSettingsExceptionSaysEverything() {
        Problems problems = new Problems();
        problems.add(new Problem(new Position("f", 1, 2), "a", "b", Optional.of("c")));
        problems.add(new Problem(new Position("f", 3, 4), "", "d"));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(problems::throwIfAny))
                .isInstanceOf(SettingsException.class)
                .hasMessage("f:1:2: a: b (did you mean \"c\"?)\nf:3:4: d");
    }
}
