package dev.weir.audit;

/**
 * A place in the store.
 *
 * @param segment number of the file, from 1
 * @param offset in bytes
 */
record Place(long segment, long offset) {
    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is no place
     */
    static Place parse(String text) {
        int dot = text.indexOf('.');
        try {
            if (dot > 0) {
                Place place =
                        new Place(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
                if (place.segment >= 0 && place.offset >= 0) {
                    return place;
                }
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("cursor: \"" + text + "\" (expected: one from an earlier page)", e);
        }
        throw new IllegalArgumentException("cursor: \"" + text + "\" (expected: one from an earlier page)");
    }

    /** The cursor of a query. */
    @Override
    public String toString() {
        return segment + "." + offset;
    }
}
