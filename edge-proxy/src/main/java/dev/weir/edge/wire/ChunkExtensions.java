package dev.weir.edge.wire;

/**
 * Follows the extensions behind one chunk size octet by octet, strictly by their grammar (RFC 9112 §7.1.1), with the blanks
 * around {@code ;} and {@code =} that a recipient has to bear. What they say means nothing here.
 */
final class ChunkExtensions {
    /** What an octet did. */
    enum Step {
        GOES_ON,
        /** The octet was the carriage return that ends the line. */
        ENDS,
        MALFORMED
    }

    private enum At {
        BEFORE_SEMICOLON,
        BEFORE_NAME,
        NAME,
        BEHIND_NAME,
        BEFORE_VALUE,
        VALUE,
        QUOTED,
        ESCAPE,
        BEHIND_QUOTED
    }

    private At at = At.BEFORE_SEMICOLON;

    /** Takes the octet behind a chunk size that is no digit. */
    Step begin(byte c) {
        at = At.BEFORE_SEMICOLON;
        return take(c);
    }

    /** Takes the next octet. */
    Step take(byte c) {
        return switch (at) {
            case BEFORE_SEMICOLON -> isBlank(c) ? Step.GOES_ON : go(c == ';', At.BEFORE_NAME);
            case BEFORE_NAME -> isBlank(c) ? Step.GOES_ON : go(Octets.is(c, Octets.TOKEN), At.NAME);
            case NAME -> name(c);
            case BEHIND_NAME -> isBlank(c) ? Step.GOES_ON : c == '=' ? go(true, At.BEFORE_VALUE) : semicolon(c);
            case BEFORE_VALUE -> beforeValue(c);
            case VALUE -> Octets.is(c, Octets.TOKEN) ? Step.GOES_ON : behindValue(c);
            case QUOTED ->
                go(Octets.is(c, Octets.VALUE), c == '"' ? At.BEHIND_QUOTED : c == '\\' ? At.ESCAPE : At.QUOTED);
            case ESCAPE -> go(Octets.is(c, Octets.VALUE), At.QUOTED);
            case BEHIND_QUOTED -> behindValue(c);
        };
    }

    private Step name(byte c) {
        if (Octets.is(c, Octets.TOKEN)) {
            return Step.GOES_ON;
        }
        if (c == '\r') {
            return Step.ENDS;
        }
        if (isBlank(c)) {
            return go(true, At.BEHIND_NAME);
        }
        return c == '=' ? go(true, At.BEFORE_VALUE) : semicolon(c);
    }

    private Step beforeValue(byte c) {
        if (isBlank(c)) {
            return Step.GOES_ON;
        }
        return c == '"' ? go(true, At.QUOTED) : go(Octets.is(c, Octets.TOKEN), At.VALUE);
    }

    private Step behindValue(byte c) {
        if (c == '\r') {
            return Step.ENDS;
        }
        return isBlank(c) ? go(true, At.BEFORE_SEMICOLON) : semicolon(c);
    }

    private Step semicolon(byte c) {
        return go(c == ';', At.BEFORE_NAME);
    }

    private Step go(boolean sound, At next) {
        at = next;
        return sound ? Step.GOES_ON : Step.MALFORMED;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }
}
