package dev.weir.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * What a line of the log says of itself.
 *
 * @param edge name of the edge; empty if it says none
 * @param epoch life of the edge's spool, in hexadecimal; empty if it says none
 * @param seq number of the record; 0 for what this service wrote itself
 * @param kind exchange, tunnel, gap, …
 * @param a first number of a gap
 * @param b last number of a gap
 */
record LineHead(String edge, String epoch, long seq, String kind, long a, long b) {
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    /** Reads the whole line; empty if it is not one JSON object. */
    static Optional<LineHead> of(byte[] line, int offset, int length) {
        String edge = "";
        String epoch = "";
        String kind = "";
        long seq = 0;
        long a = 0;
        long b = 0;
        try (JsonParser parser = JSON.createParser(line, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                boolean number = value == JsonToken.VALUE_NUMBER_INT;
                switch (name) {
                    case "edge" -> edge = parser.getText();
                    case "epoch" -> epoch = parser.getText();
                    case "kind" -> kind = parser.getText();
                    case "seq" -> seq = number ? parser.getLongValue() : 0;
                    case "a" -> a = number ? parser.getLongValue() : 0;
                    case "b" -> b = number ? parser.getLongValue() : 0;
                    default -> {
                        if (value.isStructStart()) {
                            parser.skipChildren();
                        }
                    }
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                return Optional.empty();
            }
            return Optional.of(new LineHead(edge, epoch, seq, kind, a, b));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isGap() {
        return kind.equals("gap");
    }
}
