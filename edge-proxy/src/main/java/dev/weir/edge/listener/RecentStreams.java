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
        /** The client broke it off. */
        LEFT,
        /** This side broke it off, and the client may not have known. */
        RESET
    }

    private static final int REMEMBERED = 256;

    private final int[] ids = new int[REMEMBERED];
    private final End[] ends = new End[REMEMBERED];
    private int next;

    /** A stream was opened; it counts as reset from here until its client has ended it. */
    void opened(int id) {
        ids[next] = id;
        ends[next] = End.RESET;
        next = (next + 1) % REMEMBERED;
    }

    /** Its client has sent all. */
    void ended(int id) {
        mark(id, End.ENDED);
    }

    /** Its client has reset it. */
    void left(int id) {
        mark(id, End.LEFT);
    }

    private void mark(int id, End end) {
        int at = indexOf(id);
        if (at >= 0) {
            ends[at] = end;
        }
    }

    /** What became of {@code id}, which is lower than the last one opened and isn't open. */
    End endOf(int id) {
        int at = indexOf(id);
        if (at >= 0) {
            return ends[at];
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
