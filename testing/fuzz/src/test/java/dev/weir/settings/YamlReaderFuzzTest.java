package dev.weir.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import dev.weir.fuzz.Texts;
import io.vertx.core.json.Json;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.regex.Pattern;

/** YAML: a tree, whose JSON is JSON and reads as the same tree, or problems that are told. */
class YamlReaderFuzzTest {
    /** Of a key on one line (YAML 1.2 §7.4.2). */
    private static final int LONGEST_KEY = 1024;

    /** JSON may need more digits than the 64 up to which they are read as a number. */
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9.]{60}");

    private static final Interpolation FILLING = new Interpolation(
            name -> Optional.of(name.toLowerCase(java.util.Locale.ROOT)).filter(value -> value.length() < 4), path -> {
                if (path.toString().length() > 3) {
                    throw new UncheckedIOException(new NoSuchFileException(path.toString()));
                }
                return path + "\n";
            });

    @FuzzTest
    void documents(byte[] data) {
        String text = Texts.utf8(data);
        Optional<Node> read = Bound.allocation(data.length, 20_000, () -> read(text));
        if (read.isEmpty()) {
            return;
        }
        String json = read.get().toJson();
        assertThat(Json.decodeValue(json)).isNotNull();
        if (json.length() < LONGEST_KEY && !LONG_NUMBER.matcher(json).find()) {
            assertThat(read(json).map(Node::toJson)).contains(json);
        }
        Problems problems = new Problems();
        Node filled = FILLING.apply(read.get(), problems);
        assertThat(filled.kindWord()).isNotEmpty();
        if (text.indexOf('$') < 0) {
            assertThat(problems.isEmpty()).isTrue();
            assertThat(filled.toJson()).isEqualTo(json);
        }
    }

    private static Optional<Node> read(String text) {
        try {
            return Optional.of(YamlReader.read("fuzz.yaml", text));
        } catch (SettingsException told) {
            assertThat(told.problems()).isNotEmpty();
            return Optional.empty();
        }
    }
}
