package dev.weir.audit;

import dev.weir.contracts.audit.AuditPage;
import dev.weir.contracts.audit.AuditQuery;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the store a page at a time, oldest first. A page ends when it is full, when its share of reading is used up
 * (then it may be empty, and its cursor goes on), or at the last record that is synced. Its methods block the thread.
 */
final class AuditSearch {
    /** Of lines in a page, so that its frame stays below 64 KiB. */
    static final int PAGE_BYTES = 48 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(AuditSearch.class);
    private static final int MOST_LINES = 1000;
    private static final int USUAL_LINES = 100;
    private static final int MOST_CONDITIONS = 32;

    private final Segments segments;
    private final Supplier<Place> synced;
    private final long shareBytes;

    /** Of those segments up to what is synced; reads at most so many bytes for a page. */
    AuditSearch(Segments segments, Supplier<Place> synced, long shareBytes) {
        this.segments = segments;
        this.synced = synced;
        this.shareBytes = shareBytes;
    }

    /**
     * The next page.
     *
     * @throws IllegalArgumentException if the query isn't one
     */
    AuditPage page(AuditQuery query) throws IOException {
        if (query.where().size() > MOST_CONDITIONS) {
            throw new IllegalArgumentException(
                    "conditions: " + query.where().size() + " (expected: at most " + MOST_CONDITIONS + ")");
        }
        Place end = synced.get();
        if (query.cursor().isEmpty() && query.newest()) {
            return new AuditPage(List.of(), end.toString(), true);
        }
        Place from = query.cursor().isEmpty() ? new Place(0, 0) : Place.parse(query.cursor());
        return new Page(query, end).from(from);
    }

    /** One page being filled. */
    private final class Page {
        private final AuditQuery query;
        private final Place end;
        private final RecordFilter filter;
        private final int mostLines;
        private final List<String> lines = new ArrayList<>();
        private long bytesLeft = PAGE_BYTES;
        private long shareLeft = shareBytes;

        Page(AuditQuery query, Place end) {
            this.query = query;
            this.end = end;
            this.filter = new RecordFilter(query);
            this.mostLines = query.limit() <= 0 ? USUAL_LINES : Math.min(query.limit(), MOST_LINES);
        }

        AuditPage from(Place from) throws IOException {
            for (long number : segments.numbers()) {
                if (number < from.segment() || number > end.segment()) {
                    continue;
                }
                Path file = segments.file(number);
                long start = number == from.segment() ? from.offset() : 0;
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                    long size = number == end.segment() ? Math.min(end.offset(), channel.size()) : channel.size();
                    if (start < size && !isBefore(file, number)) {
                        long stopped = read(channel, start, size);
                        if (stopped < size) {
                            return new AuditPage(lines, new Place(number, stopped).toString(), false);
                        }
                    }
                } catch (NoSuchFileException e) {
                    LOG.debug("{} was over its retention meanwhile", file);
                }
            }
            Place reached = isBehind(from, end) ? from : end;
            return new AuditPage(lines, reached.toString(), true);
        }

        /** Whether all its records are older than what is asked for. */
        private boolean isBefore(Path file, long number) throws IOException {
            return number != end.segment()
                    && query.fromMillis() > 0
                    && Files.getLastModifiedTime(file).toMillis() < query.fromMillis();
        }

        /** Reads on from {@code start}; where the page is full, or {@code size}. */
        private long read(FileChannel channel, long start, long size) throws IOException {
            long at = lineStart(channel, start, size);
            Lines each = new Lines(channel, at, size);
            while (each.next()) {
                long next = each.end();
                if (filter.matches(each.bytes(), each.start(), each.length())) {
                    int needed = each.length() + Integer.BYTES;
                    if (lines.size() == mostLines || (needed > bytesLeft && !lines.isEmpty())) {
                        return at;
                    }
                    bytesLeft -= needed;
                    if (needed <= PAGE_BYTES) {
                        lines.add(new String(each.bytes(), each.start(), each.length(), StandardCharsets.UTF_8));
                    }
                }
                shareLeft -= next - at;
                at = next;
                if (shareLeft <= 0) {
                    return at;
                }
            }
            return size;
        }

        /** A cursor that was made up may point into a line. */
        private long lineStart(FileChannel channel, long offset, long size) throws IOException {
            if (offset == 0) {
                return 0;
            }
            Lines rest = new Lines(channel, offset - 1, size);
            return rest.next() ? rest.end() : size;
        }
    }

    private static boolean isBehind(Place place, Place other) {
        return place.segment() > other.segment()
                || (place.segment() == other.segment() && place.offset() > other.offset());
    }
}
