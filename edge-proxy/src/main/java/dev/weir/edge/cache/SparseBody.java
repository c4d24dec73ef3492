package dev.weir.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is held of a representation whose length is known: octets in slices, each at its position. It never changes: with
 * more octets it is another body that shares the slices. Thread-safe.
 *
 * <p>What comes takes the place of what was there at the same positions: so at most two slices are cut, at its ends. Small
 * neighbours there become one, a copy; nothing else is ever copied.
 */
final class SparseBody implements HeldBody {
    /** Neighbours that together are no longer than this become one. */
    static final int SLICE = ArrivingBody.PIECE;

    /** Slices of one body. */
    private static final int MOST_SLICES = 4 * 1024;

    /** For the objects around a slice, in bytes. */
    private static final int OVERHEAD = 256;

    /** Intervals that are told of. */
    private static final int MOST_TOLD = 4;

    private final Extent[] extents;

    /** Intervals of octets without a gap: where each begins, and where it ends. */
    private final long[] runStarts;

    private final long[] runEnds;
    private final long length;
    private final long octets;
    private final int weight;
    private final AtomicLong turn;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Octets of a slice at their position; no two of one body are of the same slice. */
    private record Extent(long first, int offset, int length, Slice slice) {
        long end() {
            return first + length;
        }

        Extent before(long position) {
            return new Extent(first, offset, (int) (position - first), slice);
        }

        Extent from(long position) {
            int passed = (int) (position - first);
            return new Extent(position, offset + passed, length - passed, slice);
        }

        /** These octets, and those of {@code next} behind them, in a slice of their own. */
        Extent copied(Extent next, LongAdder alive) {
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length + next.length);
            write(bytes);
            next.write(bytes);
            Slice copy = new Slice(bytes, alive);
            copy.stored(Math.max(slice.lastUsed(), next.slice.lastUsed()));
            if (slice.wasServed() || next.slice.wasServed()) {
                copy.served(copy.lastUsed());
            }
            return new Extent(first, 0, length + next.length, copy);
        }

        Extent alone(LongAdder alive) {
            return copied(new Extent(end(), 0, 0, slice), alive);
        }

        private void write(ByteBuf to) {
            to.writeBytes(slice.bytes, slice.bytes.readerIndex() + offset, length);
        }
    }

    /** Of what use an extent was so far, while others may go on using it. */
    private record Use(boolean served, long last, Extent extent) {}

    /** Holds each slice of {@code extents} once more. */
    private SparseBody(long length, List<Extent> extents, AtomicLong turn) {
        this.length = length;
        this.extents = extents.toArray(Extent[]::new);
        this.turn = turn;
        long sum = 0;
        long occupied = 0;
        List<long[]> runs = new ArrayList<>();
        for (Extent each : extents) {
            each.slice.retain();
            sum += each.length;
            occupied += each.slice.weight + OVERHEAD;
            long[] last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last[1] == each.first) {
                last[1] = each.end();
            } else {
                runs.add(new long[] {each.first, each.end()});
            }
        }
        this.octets = sum;
        this.weight = (int) Math.min(Integer.MAX_VALUE, occupied);
        this.runStarts = runs.stream().mapToLong(run -> run[0]).toArray();
        this.runEnds = runs.stream().mapToLong(run -> run[1]).toArray();
    }

    /** Nothing of a representation of this length. */
    static SparseBody empty(long length) {
        return new SparseBody(length, List.of(), new AtomicLong());
    }

    /**
     * A body with more octets; this one stays as it is. Where all together would weigh more than {@code most}, others go:
     * first those that were of no use since they were stored, then those that were not for the longest time.
     *
     * @param first position of the octets
     * @param added where they are, in order, each with as much as it can be read of; they stay the caller's
     * @param alive where the memory for copies is counted
     */
    SparseBody with(long first, List<Slice> added, int most, LongAdder alive) {
        long now = turn.incrementAndGet();
        List<Extent> all = new ArrayList<>(extents.length + added.size() + 2);
        List<Slice> copies = new ArrayList<>(4);
        try {
            int next = 0;
            while (next < extents.length && extents[next].end() <= first) {
                all.add(extents[next++]);
            }
            long end = first;
            for (Slice each : added) {
                end += each.bytes.readableBytes();
            }
            boolean split = next < extents.length && extents[next].first < first && extents[next].end() > end;
            if (next < extents.length && extents[next].first < first) {
                all.add(extents[next].before(first));
            }
            int seam = all.size();
            long at = first;
            for (Slice each : added) {
                int octets = each.bytes.readableBytes();
                if (octets > 0) {
                    each.stored(now);
                    all.add(new Extent(at, 0, octets, each));
                    at += octets;
                }
            }
            while (next < extents.length && extents[next].end() <= end) {
                next++;
            }
            int behind = all.size();
            if (next < extents.length && extents[next].first < end) {
                Extent rest = extents[next++].from(end);
                all.add(split ? kept(rest.alone(alive), copies) : rest);
            }
            while (next < extents.length) {
                all.add(extents[next++]);
            }
            // The later one first: it doesn't move the earlier.
            join(all, behind - 1, alive, copies);
            join(all, seam - 1, alive, copies);
            return new SparseBody(length, fitting(all, first, end, most), turn);
        } finally {
            copies.forEach(Slice::release);
        }
    }

    private static Extent kept(Extent copy, List<Slice> copies) {
        copies.add(copy.slice);
        return copy;
    }

    /** Makes one of the neighbours at this index and the next, if both are small. */
    private static void join(List<Extent> all, int at, LongAdder alive, List<Slice> copies) {
        if (at < 0 || at + 1 >= all.size()) {
            return;
        }
        Extent one = all.get(at);
        Extent other = all.get(at + 1);
        if (one.end() == other.first && one.length + other.length <= SLICE) {
            all.set(at, kept(one.copied(other, alive), copies));
            all.remove(at + 1);
        }
    }

    /** What may stay of {@code all}, of which what lies between the positions has just come. */
    private static List<Extent> fitting(List<Extent> all, long first, long end, int most) {
        long weight = 0;
        for (Extent each : all) {
            weight += each.slice.weight + OVERHEAD;
        }
        if (weight <= most && all.size() <= MOST_SLICES) {
            return all;
        }
        // A little more than is needed: so that it isn't done for each slice anew.
        long aim = most - most / 16L;
        int aimSlices = MOST_SLICES - MOST_SLICES / 16;
        List<Use> leaving = new ArrayList<>(all.size());
        for (Extent each : all) {
            if (each.first >= end || each.end() <= first) {
                leaving.add(new Use(each.slice.wasServed(), each.slice.lastUsed(), each));
            }
        }
        leaving.sort(Comparator.comparing(Use::served).thenComparing(Use::last));
        Set<Extent> gone = new HashSet<>();
        for (Use each : leaving) {
            if (weight <= aim && all.size() - gone.size() <= aimSlices) {
                break;
            }
            gone.add(each.extent);
            weight -= each.extent.slice.weight + OVERHEAD;
        }
        List<Extent> staying = new ArrayList<>(all);
        staying.removeIf(gone::contains);
        return staying;
    }

    @Override
    public boolean tryRetain() {
        int now = holders.get();
        while (now > 0) {
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
            now = holders.get();
        }
        return false;
    }

    @Override
    public void release() {
        int left = holders.decrementAndGet();
        if (left == 0) {
            for (Extent each : extents) {
                each.slice.release();
            }
        } else if (left < 0) {
            throw new IllegalStateException("holders: " + left + " (expected: at least 0 after a release)");
        }
    }

    @Override
    public ByteBuf take(long first, int octets) {
        if (octets == 0) {
            return Unpooled.EMPTY_BUFFER;
        }
        if (!holds(first, first + octets - 1)) {
            throw new IllegalStateException(
                    "octets: " + first + " and " + octets + " (expected: held, as " + this + ")");
        }
        int at = indexOf(first);
        List<ByteBuf> parts = new ArrayList<>(1);
        long position = first;
        long end = first + octets;
        while (position < end) {
            Extent each = extents[at++];
            int from = (int) (position - each.first);
            int taken = (int) Math.min(end - position, each.length - from);
            each.slice.served(turn.get());
            parts.add(each.slice.bytes.retainedSlice(each.slice.bytes.readerIndex() + each.offset + from, taken));
            position += taken;
        }
        return parts.size() == 1 ? parts.get(0) : Unpooled.wrappedBuffer(parts.size(), parts.toArray(ByteBuf[]::new));
    }

    @Override
    public int contiguous(long first) {
        int at = indexOf(first);
        return at < 0 ? 0 : (int) (extents[at].end() - first);
    }

    @Override
    public boolean holds(long first, long last) {
        int low = 0;
        int high = runEnds.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (runEnds[middle] <= first) {
                low = middle + 1;
            } else if (runStarts[middle] > first) {
                high = middle - 1;
            } else {
                return last < runEnds[middle];
            }
        }
        return false;
    }

    @Override
    public boolean isWhole() {
        return octets == length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int weight() {
        return weight;
    }

    /** How many octets are held. */
    long octets() {
        return octets;
    }

    /** Which octets are held, of how many: {@code 0-99,200-299/1000}. */
    @Override
    public String toString() {
        StringBuilder told = new StringBuilder();
        for (int i = 0; i < Math.min(runStarts.length, MOST_TOLD); i++) {
            told.append(i == 0 ? "" : ",").append(runStarts[i]).append('-').append(runEnds[i] - 1);
        }
        if (runStarts.length > MOST_TOLD) {
            told.append(",+").append(runStarts.length - MOST_TOLD);
        }
        return told.append('/').append(length).toString();
    }

    /** Of the slice that has this octet; -1 if none has. */
    private int indexOf(long octet) {
        int low = 0;
        int high = extents.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Extent each = extents[middle];
            if (each.end() <= octet) {
                low = middle + 1;
            } else if (each.first > octet) {
                high = middle - 1;
            } else {
                return middle;
            }
        }
        return -1;
    }
}
