package dev.weir.launcher;

import dev.weir.settings.HostPort;

/** Where to listen, as an option gives it. */
final class ListenAddress {
    private ListenAddress() {}

    /** The same, if it is address and port. */
    static String checked(String option, String text) {
        return HostPort.parse(text)
                .map(HostPort::toString)
                .orElseThrow(() ->
                        CommandFailure.usage(option + ": " + text + " (expected: ADDR:PORT, such as 127.0.0.1:8080)"));
    }
}
