package dev.weir.cache;

import java.util.Locale;

/** What went wrong in the store; each is counted on its own. */
enum StoreFault {
    /** A value whose checksum or form does not hold. */
    GARBAGE,
    /** A value of another format version. */
    FOREIGN,
    /** A key that holds another type of value. */
    WRONG_TYPE,
    /** No answer before the deadline. */
    TIMEOUT,
    /** Too much outstanding; not even asked. */
    BUSY,
    /** No connection. */
    UNCONNECTED,
    /** Redis is still loading its data. */
    LOADING,
    /** Redis has no memory left to write. */
    OUT_OF_MEMORY,
    /** Redis is a replica. */
    READ_ONLY,
    /** Redis refuses the user or the password, or the user may not do this. */
    NOT_AUTHORISED,
    /** Anything else. */
    OTHER;

    /** The word in metrics. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What an error reply of Redis means; errors inside scripts stand behind the script's name. */
    static StoreFault of(String error) {
        if (error.contains("WRONGTYPE")) {
            return WRONG_TYPE;
        }
        if (error.contains("LOADING")) {
            return LOADING;
        }
        if (error.contains("OOM ")) {
            return OUT_OF_MEMORY;
        }
        if (error.contains("READONLY") || error.contains("MASTERDOWN")) {
            return READ_ONLY;
        }
        if (error.contains("NOAUTH") || error.contains("WRONGPASS") || error.contains("NOPERM")) {
            return NOT_AUTHORISED;
        }
        return OTHER;
    }
}
