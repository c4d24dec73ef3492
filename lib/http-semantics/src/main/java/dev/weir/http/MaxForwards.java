package dev.weir.http;

import java.util.List;

/**
 * How many intermediaries an OPTIONS or TRACE may still pass (RFC 9110 §7.6.2); in other methods the field means
 * nothing.
 */
public sealed interface MaxForwards {
    /** The name of the field. */
    String NAME = "Max-Forwards";

    /** Above this the number is cut down to it: "maximum supported value". */
    int MOST = Integer.MAX_VALUE;

    /** Nothing limits the way of the request. */
    record Unlimited() implements MaxForwards {}

    /** The request ends here. */
    record Last() implements MaxForwards {}

    /**
     * The request may go on.
     *
     * @param after what the field says from here on
     */
    record Onward(int after) implements MaxForwards {}

    /** The field is there twice, or isn't a number. */
    record Invalid() implements MaxForwards {}

    /** What the field says to a request of this method. */
    static MaxForwards of(String method, HeaderFields fields) {
        if (!method.equals("OPTIONS") && !method.equals("TRACE")) {
            return new Unlimited();
        }
        List<String> lines = fields.all(NAME);
        if (lines.isEmpty()) {
            return new Unlimited();
        }
        String text = lines.get(0);
        if (lines.size() > 1 || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return new Invalid();
        }
        long number = 0;
        for (int i = 0; i < text.length() && number <= MOST; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        if (number == 0) {
            return new Last();
        }
        return new Onward((int) Math.min(number - 1, MOST));
    }
}
