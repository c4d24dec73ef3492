package dev.weir.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Files of the spool with octets changed: what is found in them was written, and stands at the beginning. */
class SpoolFuzzTest {
    private static final int SIZE = 8192;
    private static final Path FILE = temporary();

    private static Path temporary() {
        try {
            Path file = Files.createTempFile("fuzz", ".spool");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first octet: how many records. Then triples: where (two octets) and with what an octet is changed. */
    @FuzzTest
    void segments(byte[] data) throws IOException {
        SpoolSegment segment = SpoolSegment.create(FILE, SIZE);
        segment.begin(3, 5, "edge-1");
        int records = data.length == 0 ? 0 : data[0] & 0x3f;
        List<String> written = new ArrayList<>();
        for (int i = 1; i <= records; i++) {
            byte[] payload = ("{\"seq\":" + i + "," + "x".repeat(i * 7 % 200) + "}")
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            if (segment.fits(payload.length)) {
                segment.append(i, 1000 + i, payload, 0, payload.length);
                written.add(new String(payload, java.nio.charset.StandardCharsets.US_ASCII));
            }
        }
        segment.force();
        byte[] bytes = Files.readAllBytes(FILE);
        for (int i = 1; i + 2 < data.length; i += 3) {
            bytes[((data[i] & 0xff) << 8 | (data[i + 1] & 0xff)) % SIZE] ^= data[i + 2];
        }
        Files.write(FILE, bytes);
        List<String> found = records(FILE);
        assertThat(found).isEqualTo(written.subList(0, Math.min(found.size(), written.size())));
        if (data.length < 4) {
            assertThat(found).isEqualTo(written);
        }
    }

    /** Bytes from nowhere. */
    @FuzzTest
    void files(byte[] data) throws IOException {
        Files.write(FILE, data);
        assertThat(records(FILE)).isEmpty();
        // A header that holds, and bytes from nowhere behind it.
        SpoolSegment.create(FILE, SIZE).begin(3, 5, "edge-1");
        byte[] bytes = Files.readAllBytes(FILE);
        System.arraycopy(
                data, 0, bytes, SpoolSegment.HEADER_BYTES, Math.min(data.length, SIZE - SpoolSegment.HEADER_BYTES));
        Files.write(FILE, bytes);
        assertThat(records(FILE)).hasSizeLessThan(SIZE / SpoolSegment.RECORD_HEADER_BYTES);
        cursor(data);
    }

    private static List<String> records(Path file) throws IOException {
        Optional<SpoolSegment> recovered = Bound.allocation(SIZE, 1000, () -> {
            try {
                return SpoolSegment.recover(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<String> records = new ArrayList<>();
        if (recovered.isPresent()) {
            SpoolSegment segment = recovered.get();
            long last = 0;
            for (int at = SpoolSegment.HEADER_BYTES; at < segment.written(); at = segment.next(at)) {
                assertThat(segment.seq(at)).isGreaterThan(last);
                last = segment.seq(at);
                records.add(new String(segment.payload(at), java.nio.charset.StandardCharsets.US_ASCII));
            }
        }
        return records;
    }

    private static void cursor(byte[] data) throws IOException {
        Files.write(FILE, data);
        try (SpoolCursor cursor = new SpoolCursor(FILE)) {
            SpoolCursor.Position before = cursor.position();
            SpoolCursor.Position next = new SpoolCursor.Position(before.ordinal() + 1, 512);
            cursor.advance(next);
            try (SpoolCursor again = new SpoolCursor(FILE)) {
                assertThat(again.position()).isEqualTo(next);
            }
            // The place written last is torn: the one before holds.
            byte[] places = ByteBuffer.wrap(Files.readAllBytes(FILE)).array();
            assertThat(places.length).isGreaterThanOrEqualTo(32);
        }
    }
}
