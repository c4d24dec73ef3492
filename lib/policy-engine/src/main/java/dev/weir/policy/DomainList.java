package dev.weir.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * An immutable set of host names, held as bytes: a look-up is exact, allocates nothing, and reads the host once.
 *
 * <p>The entries lie one behind the other, each as a length octet and its characters. A hash table of offsets (open
 * addressing, at most two thirds full) points into them. The hash runs from the last character to the first, so one
 * pass over a host gives the hash of every parent domain on its way. A million entries of usual length take about 30
 * MB. The hosts that are asked for can't lengthen a probe: only entries are in the table.
 */
public final class DomainList {
    /** The most entries that a list may have. */
    public static final int MOST_ENTRIES = 4_000_000;

    /** The most octets of entries that a list may have. */
    public static final int MOST_BYTES = 96 * 1024 * 1024;

    /** The longest name that DNS knows, as text. */
    public static final int LONGEST_NAME = 253;

    private final String name;
    private final ListFormat format;
    private final byte[] entries;
    private final int[] table;
    private final int size;

    private DomainList(String name, ListFormat format, byte[] entries, int[] table, int size) {
        this.name = name;
        this.format = format;
        this.entries = entries;
        this.table = table;
        this.size = size;
    }

    /** The list's name in the policy. */
    public String name() {
        return name;
    }

    /** How it was written, which says what an entry matches. */
    public ListFormat format() {
        return format;
    }

    /** The number of different entries. */
    public int size() {
        return size;
    }

    /** The octets that the list takes in memory, about. */
    public long weightBytes() {
        return entries.length + 4L * table.length;
    }

    /**
     * Where in {@code host} the entry begins that matches it, or -1: 0 for the host itself, more for a parent domain
     * of it. The longest match is found.
     *
     * @param host lower case, without a dot at the end
     */
    int match(String host) {
        if (host.length() > LONGEST_NAME || size == 0) {
            return -1;
        }
        int found = -1;
        int hash = 0;
        for (int i = host.length() - 1; i >= 0; i--) {
            hash = step(hash, host.charAt(i));
            boolean startsName = i == 0 || (format.matchesSubdomains() && host.charAt(i - 1) == '.');
            if (startsName && contains(entries, table, hash, host, i)) {
                found = i;
            }
        }
        return found;
    }

    private static boolean contains(byte[] entries, int[] table, int hash, String host, int from) {
        for (int slot = slot(hash, table.length); table[slot] >= 0; slot = (slot + 1) & (table.length - 1)) {
            if (equalsEntry(entries, table[slot], host, from)) {
                return true;
            }
        }
        return false;
    }

    private static boolean equalsEntry(byte[] entries, int at, String host, int from) {
        int length = entries[at] & 0xff;
        if (length != host.length() - from) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (entries[at + 1 + i] != host.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    private static int step(int hash, int octet) {
        return hash * 31 + octet;
    }

    /** The first slot for a hash; {@code capacity} is a power of two. */
    private static int slot(int hash, int capacity) {
        int mixed = (hash ^ hash >>> 16) * 0x7feb352d;
        mixed = (mixed ^ mixed >>> 15) * 0x846ca68b;
        return (mixed ^ mixed >>> 16) & (capacity - 1);
    }

    /** The entries as bytes: each a length octet and its characters, in the order they were added. */
    byte[] toBytes() {
        return entries.clone();
    }

    /** A list from {@link #toBytes()}; empty if the bytes are not entries that a list may have. */
    static Optional<DomainList> fromBytes(String name, ListFormat format, byte[] bytes) {
        Builder list = new Builder(name, format);
        int at = 0;
        while (at < bytes.length) {
            int length = bytes[at] & 0xff;
            if (at + 1 + length > bytes.length) {
                return Optional.empty();
            }
            String entry = new String(bytes, at + 1, length, StandardCharsets.ISO_8859_1);
            if (HostName.parse(entry).filter(entry::equals).isEmpty() || !list.add(entry)) {
                return Optional.empty();
            }
            at += 1 + length;
        }
        return list.size == 0 ? Optional.empty() : Optional.of(list.build());
    }

    /**
     * Whether this reads like {@code earlier} cut short: fewer entries, the same as there in the same order, the last
     * perhaps not whole. A file looks so while it is being written anew.
     */
    public boolean isBeginningOf(DomainList earlier) {
        if (size == 0 || size >= earlier.size || entries.length > earlier.entries.length) {
            return false;
        }
        int last = 0;
        for (int at = 0; at < entries.length; at += 1 + (entries[at] & 0xff)) {
            last = at;
        }
        int lastLength = entries[last] & 0xff;
        return Arrays.equals(entries, 0, last, earlier.entries, 0, last)
                && lastLength <= (earlier.entries[last] & 0xff)
                && Arrays.equals(entries, last + 1, entries.length, earlier.entries, last + 1, last + 1 + lastLength);
    }

    /** The entries in the order they were added. */
    Iterable<String> entries() {
        return () -> new Iterator<>() {
            private int at;

            @Override
            public boolean hasNext() {
                return at < entries.length;
            }

            @Override
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int length = entries[at] & 0xff;
                String entry = new String(entries, at + 1, length, StandardCharsets.ISO_8859_1);
                at += 1 + length;
                return entry;
            }
        };
    }

    @Override
    public String toString() {
        return name + " (" + format.word() + ", " + size + " entries)";
    }

    /** Collects entries; refuses what would break a bound. Not thread-safe. */
    static final class Builder {
        private final String name;
        private final ListFormat format;
        private byte[] entries = new byte[1024];
        private int used;
        private int[] table = emptyTable(64);
        private int size;

        Builder(String name, ListFormat format) {
            this.name = name;
            this.format = format;
        }

        /** Adds an entry that {@link HostName} made; false if the list is full. One that is there already is kept once. */
        boolean add(String entry) {
            int hash = 0;
            for (int i = entry.length() - 1; i >= 0; i--) {
                hash = step(hash, entry.charAt(i));
            }
            if (contains(entries, table, hash, entry, 0)) {
                return true;
            }
            if (size == MOST_ENTRIES || used + 1 + entry.length() > MOST_BYTES) {
                return false;
            }
            if (used + 1 + entry.length() > entries.length) {
                entries = Arrays.copyOf(entries, Math.max(entries.length * 2, used + 256));
            }
            int at = used;
            entries[used++] = (byte) entry.length();
            for (int i = 0; i < entry.length(); i++) {
                entries[used++] = (byte) entry.charAt(i);
            }
            size++;
            if (size * 3L > table.length * 2L) {
                table = rehashed(table.length * 2);
            } else {
                insert(table, hash, at);
            }
            return true;
        }

        DomainList build() {
            return new DomainList(name, format, Arrays.copyOf(entries, used), table, size);
        }

        private int[] rehashed(int capacity) {
            int[] larger = emptyTable(capacity);
            for (int at = 0; at < used; at += 1 + (entries[at] & 0xff)) {
                int hash = 0;
                for (int i = entries[at] & 0xff; i > 0; i--) {
                    hash = step(hash, entries[at + i]);
                }
                insert(larger, hash, at);
            }
            return larger;
        }

        private static void insert(int[] table, int hash, int at) {
            int slot = slot(hash, table.length);
            while (table[slot] >= 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = at;
        }

        private static int[] emptyTable(int capacity) {
            int[] table = new int[capacity];
            Arrays.fill(table, -1);
            return table;
        }
    }
}
