package dev.weir.launcher;

import dev.weir.runtime.config.Target;

/** The URL of an origin, as an option gives it. */
final class OriginUrl {
    private OriginUrl() {}

    /** The same, if it is scheme, host and port. */
    static String checked(String text) {
        if (Target.parse(text).isEmpty()) {
            throw CommandFailure.usage("--to: " + text + " (expected: http://host[:port] or https://host[:port])");
        }
        return text;
    }
}
