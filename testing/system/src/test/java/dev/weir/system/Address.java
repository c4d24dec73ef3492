package dev.weir.system;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A host and a port of this machine. */
record Address(String host, int port) {
    /** On loopback. */
    static Address loopback(int port) {
        return new Address("127.0.0.1", port);
    }

    /** Of {@code host:port}; null, as in JSON, is none. */
    static Optional<Address> of(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int colon = text.lastIndexOf(':');
        return Optional.of(new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
    }

    String url(String path) {
        return "http://" + this + path;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
