package dev.weir.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.contracts.audit.AuditQuery;
import dev.weir.fuzz.Bound;
import dev.weir.fuzz.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What lies in the store of the log, whoever wrote it: lines, what they say, marks and places. */
class AuditLinesFuzzTest {
    private static final Path FILE = temporary();

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("fuzz", ".log");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void lines(byte[] data) throws IOException {
        Files.write(FILE, data);
        List<String> read = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(FILE)) {
            Lines lines = new Lines(channel, 0, data.length);
            while (lines.next()) {
                byte[] line =
                        java.util.Arrays.copyOfRange(lines.bytes(), lines.start(), lines.start() + lines.length());
                read.add(Texts.octets(line));
                line(line);
            }
            assertThat(lines.end()).isEqualTo(Texts.octets(data).lastIndexOf('\n') + 1);
        }
        List<String> plain = new ArrayList<>(Texts.lines(data));
        plain.remove(plain.size() - 1);
        assertThat(read).isEqualTo(plain);
        marks();
        place(Texts.octets(data));
    }

    private static void line(byte[] line) {
        Optional<LineHead> head = Bound.allocation(line.length, 200, () -> LineHead.of(line, 0, line.length));
        RecordFilter all = new RecordFilter(new AuditQuery(Map.of(), 0, 0, "", false, 1));
        assertThat(all.matches(line, 0, line.length)).isTrue();
        RecordFilter gaps = new RecordFilter(new AuditQuery(Map.of("kind", "gap"), 0, 0, "", false, 1));
        RecordFilter timed = new RecordFilter(new AuditQuery(Map.of("kind", "*"), 1, Long.MAX_VALUE / 4, "", false, 1));
        assertThat(timed.matches(line, 0, line.length) && line.length < 10).isFalse();
        // A line that says a thing twice is not ours; otherwise the two readers agree.
        boolean once = Texts.octets(line).split("\"kind\"", -1).length <= 2
                && Texts.octets(line).indexOf('\\') < 0;
        if (head.isPresent() && once) {
            assertThat(gaps.matches(line, 0, line.length)).isEqualTo(head.get().isGap());
        }
        Marks marks = new Marks();
        head.ifPresent(said -> marks.advance(said, 1));
        assertThat(marks.size()).isLessThanOrEqualTo(1);
    }

    private static void marks() throws IOException {
        Marks marks = new Marks();
        Optional<Place> place = marks.read(FILE);
        if (place.isPresent() && marks.size() < 100) {
            Path copy = FILE.resolveSibling(FILE.getFileName() + ".copy");
            marks.write(copy, place.get());
            Marks again = new Marks();
            assertThat(again.read(copy)).isEqualTo(place);
            assertThat(again.size()).isEqualTo(marks.size());
            Files.delete(copy);
        }
    }

    private static void place(String text) {
        try {
            Place place = Place.parse(text);
            assertThat(Place.parse(place.toString())).isEqualTo(place);
        } catch (IllegalArgumentException none) {
            assertThat(none).hasMessageContaining("expected");
        }
    }
}
