package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                     | f.yaml:1:1: the document is empty
            '# nothing'            | f.yaml:1:1: the document is empty
            '---'                  | f.yaml:1:1: the document is empty
            'a: 1~b: 2~a: 3'       | f.yaml:3:1: the key "a" stands twice (first in line 1)
            '? [x]~: 1'            | f.yaml:1:3: a key must be a text
            'a: !!binary x'        | f.yaml:1:4: tag tag:yaml.org,2002:binary is not known
            'a: !own {}'           | f.yaml:1:4: tag !own is not known
            'a: &x [*x]'           | f.yaml:1:4: deeper than 40 levels
            """)
    void refusesWithThePlace(String yaml, String expected) {
        assertThatThrownBy(() -> YamlReader.read("f.yaml", yaml.replace('~', '\n')))
                .isInstanceOf(SettingsException.class)
                .hasMessage(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'a: [1, 2'             | 1:9
            'a: 1~ b: 2'           | 2:3
            'a: "x'                | 1:6
            'a: *nowhere'          | 1:4
            'a: 1~---~b: 2'        | 2:1
            'a: @x'                | 1:4
            '	a: 1'               | 1:1
            '{"a":"\\ud800","\\u'   | 1:1
            '{"a":"\\ud800\\uzz"'   | 1:15
            """)
    void refusesWhatIsNoYaml(String yaml, String place) {
        assertThatThrownBy(() -> YamlReader.read("f.yaml", yaml.replace('~', '\n')))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("f.yaml:" + place + ": not YAML: ");
    }

    @Test
    void readsCharactersBeyondTheBasicPlaneWhereverTheyStand() {
        for (int before = 1000; before < 1050; before++) {
            String text = "x".repeat(before) + "\uD83D\uDE00".repeat(600);
            assertThat(YamlReader.read("f.yaml", "a: " + text).toJson()).isEqualTo("{\"a\":\"" + text + "\"}");
        }
    }

    @Test
    void boundsWhatAliasesMultiply() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String one = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]%n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(10, one))));
        }
        assertThatThrownBy(() -> YamlReader.read("f.yaml", bomb.toString()))
                .hasMessageContaining("more than 200000 values");
    }

    @Test
    void boundsTheLengthAndTheDepth() {
        assertThatThrownBy(() -> YamlReader.read("f", "x".repeat(YamlReader.MAX_CHARACTERS + 1)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> YamlReader.read("f", "[".repeat(45) + "]".repeat(45)))
                .isInstanceOf(SettingsException.class);
        assertThatThrownBy(() -> YamlReader.read("f", "[".repeat(20_000))).isInstanceOf(SettingsException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'b: 1~a: [x, "1", true, null, 1.50]' | {"b":1,"a":["x","1",true,null,1.5]}
            'a: 0x1F~b: 0o17~c: +7'              | {"a":31,"b":15,"c":7}
            'a: off~b: yes~c: .inf~d: 010'       | {"a":"off","b":"yes","c":".inf","d":10}
            'a: "q\\"\\\\\\n\\u2028"'            | {"a":"q\\"\\\\\\n\\u2028"}
            'a: {}~b: []'                        | {"a":{},"b":[]}
            'a: ~b:'                             | {"a":null,"b":null}
            """)
    void writesJson(String yaml, String json) {
        assertThat(YamlReader.read("f", yaml.replace('~', '\n')).toJson()).isEqualTo(json);
    }

    @Test
    void knowsPositionsOfKeysAndValues() {
        Mapping mapping = (Mapping) YamlReader.read("f", "a:\n  - b: 1\n    c: 2\n");
        Sequence list = (Sequence) mapping.get("a").orElseThrow();
        Mapping.Entry c = ((Mapping) list.items().get(0)).entry("c").orElseThrow();
        assertThat(c.keyPosition()).isEqualTo(new Position("f", 3, 5));
        assertThat(c.value().position()).isEqualTo(new Position("f", 3, 8));
    }
}
