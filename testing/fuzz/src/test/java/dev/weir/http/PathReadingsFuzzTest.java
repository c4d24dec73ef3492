package dev.weir.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import dev.weir.fuzz.Texts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Every reading of a path, beside what some kinds of origins make of it. */
class PathReadingsFuzzTest {
    @FuzzTest
    void paths(byte[] data) {
        String path = "/" + Texts.octets(data).replaceAll("[^!-~]", "");
        PathReadings readings = Bound.allocation(path.length(), 20_000, () -> {
            PathReadings read = PathReadings.of(path);
            assertThat(read.all()).isNotEmpty();
            return read;
        });
        String raw = path.replaceFirst("[?#].*", "");
        List<String> all = readings.all();
        assertThat(readings.raw()).isEqualTo(raw);
        assertThat(all).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(PathReadings.MOST_READINGS);
        assertThat(all.get(0)).isEqualToIgnoringCase(raw);
        assertThat(PathReadings.of(path).all()).isEqualTo(all);
        if (readings.isOne()) {
            assertThat(all).containsExactly(raw);
            assertThat(readings.isUnambiguous()).isTrue();
        }
        if (raw.matches("(/[a-zA-Z0-9_-]+)*/?")) {
            assertThat(readings.isOne()).isTrue();
        }
        if (!readings.areAll()) {
            return;
        }
        assertThat(all).anyMatch(PathPattern.of(raw)::matches);
        String decoded = decoded(raw);
        assertThat(all).contains(decoded);
        // Decodes, joins slashes, removes dot segments: most servers.
        assertThat(all).contains(normal(decoded.replaceAll("/+", "/")));
        // Removes dot segments of what is written and decodes then: frameworks behind a normalising front.
        assertThat(all).contains(decoded(normal(triplesInCapitals(raw))));
        // Cuts parameters, decodes, joins slashes, removes dot segments: servlet containers.
        assertThat(all).contains(normal(decoded(raw.replaceAll(";[^/]*", "")).replaceAll("/+", "/")));
        // Decodes, turns backslashes round, joins, removes dot segments.
        assertThat(all).contains(normal(decoded.replace('\\', '/').replaceAll("/+", "/")));
        // Decodes twice.
        assertThat(all).contains(normal(decoded(triplesInCapitals(decoded)).replaceAll("/+", "/")));
    }

    private static String decoded(String path) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            if (path.startsWith("%", i) && path.substring(i).matches("(?s)%[0-9a-fA-F]{2}.*")) {
                text.append((char) Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                text.append(path.charAt(i));
            }
        }
        return text.toString();
    }

    private static String triplesInCapitals(String path) {
        StringBuilder text = new StringBuilder(path);
        for (int i = 0; i + 2 < path.length(); i++) {
            if (path.substring(i, i + 3).matches("%[0-9a-fA-F]{2}")) {
                text.replace(i, i + 3, path.substring(i, i + 3).toUpperCase(java.util.Locale.ROOT));
                i += 2;
            }
        }
        return text.toString();
    }

    /** RFC 3986 §5.2.4. */
    private static String normal(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            boolean up = segments[i].equals("..");
            if (up && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (!up && !segments[i].equals(".")) {
                kept.addLast(segments[i]);
            } else if (i == segments.length - 1) {
                kept.addLast("");
            }
        }
        return "/" + String.join("/", kept);
    }
}
