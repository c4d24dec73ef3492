package dev.weir.system;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** A whole answer that a client holds. */
record Answer(int status, MultiMap fields, Buffer body) {
    /** A field's value, empty if there is none. */
    String field(String name) {
        String value = fields.get(name);
        return value == null ? "" : value;
    }

    String text() {
        return body.toString();
    }

    boolean isHit() {
        return field("Cache-Status").matches(".*;\\s*hit\\b.*");
    }
}
