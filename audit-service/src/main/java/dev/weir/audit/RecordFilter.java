package dev.weir.audit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.contracts.audit.AuditQuery;
import java.io.IOException;
import java.util.Map;

/** Says whether a line is one of those that a query asks for. A line that is not JSON, is not. */
final class RecordFilter {
    private final Map<String, String> where;
    private final String from;
    private final String to;

    /** Of that query. */
    RecordFilter(AuditQuery query) {
        this.where = query.where();
        this.from = query.fromMillis() > 0 ? StoreWriter.time(query.fromMillis()) : "";
        this.to = query.toMillis() > 0 ? StoreWriter.time(query.toMillis()) : "";
    }

    /** Whether all conditions hold; a field that is not there equals nothing. */
    boolean matches(byte[] line, int offset, int length) {
        boolean timed = !from.isEmpty() || !to.isEmpty();
        int left = where.size();
        if (left == 0 && !timed) {
            return true;
        }
        try (JsonParser parser = LineHead.JSON.createParser(line, offset, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while ((left > 0 || timed) && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                    continue;
                }
                if (timed && name.equals("time")) {
                    if (!inTime(parser.getText())) {
                        return false;
                    }
                    timed = false;
                }
                String wanted = where.get(name);
                if (wanted != null) {
                    if (!equal(wanted, parser.getText())) {
                        return false;
                    }
                    left--;
                }
            }
            return left == 0 && !timed;
        } catch (IOException e) {
            return false;
        }
    }

    /** Times compare as text: all have the same form. */
    private boolean inTime(String time) {
        return (from.isEmpty() || time.compareTo(from) >= 0) && (to.isEmpty() || time.compareTo(to) < 0);
    }

    private static boolean equal(String wanted, String value) {
        return wanted.endsWith("*") ? value.startsWith(wanted.substring(0, wanted.length() - 1)) : value.equals(wanted);
    }
}
