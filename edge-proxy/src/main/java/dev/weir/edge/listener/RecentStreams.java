package dev.weir.edge.listener;

/**
 * How the last streams of an HTTP/2 connection came to their end: a frame on a stream that its client had ended is an
 * error of the connection, on one that was reset it is only late (RFC 9113 §5.1). Lives on a single event loop.
 */
final class RecentStreams {
    /** What is known of a stream that is gone. */
    enum End {
        /** Too long ago. */
        FORGOTTEN,
        /** A later one was opened first, which closed it. */
        SKIPPED,
        /** The client had sent all. */
        ENDED,
        /** One side broke it off. */
        RESET
    }

    private static final int REMEMBERED = 256;

    private final int[] ids = new int[REMEMBERED];
    private final boolean[] ended = new boolean[REMEMBERED];
    private int next;

    /** A stream was opened; it counts as reset until its client has ended it. */
    void opened(int id) {
        ids[next] = id;
        ended[next] = false;
        next = (next + 1) % REMEMBERED;
    }

    /** Its client has sent all. */
    void ended(int id) {
        int at = indexOf(id);
        if (at >= 0) {
            ended[at] = true;
        }
    }

    /** What became of {@code id}, which is lower than the last one opened and isn't open. */
    End endOf(int id) {
        int at = indexOf(id);
        if (at >= 0) {
            return ended[at] ? End.ENDED : End.RESET;
        }
        // The place that is written next holds the oldest; zero as long as there was room for all.
        return id > ids[next] ? End.SKIPPED : End.FORGOTTEN;
    }

    private int indexOf(int id) {
        for (int i = 1; i <= REMEMBERED; i++) {
            int at = Math.floorMod(next - i, REMEMBERED);
            if (ids[at] == id) {
                return at;
            }
            if (ids[at] < id) {
                return -1;
            }
        }
        return -1;
    }
}
