package dev.weir.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Points in time as fields write them (RFC 9110 §5.6.7): three forms are read, one is written. Names are matched
 * without regard to case, and only GMT is a zone (RFC 9111 §4.2).
 */
public final class HttpDate {
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] LONG_DAYS = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private HttpDate() {}

    /**
     * The instant that {@code text} writes; empty if it is no date.
     *
     * @param now decides the century of years written with two digits
     */
    public static Optional<Instant> parse(String text, Instant now) {
        int length = text.length();
        if (length == 29 && text.charAt(3) == ',') {
            boolean shape = oneOf(DAYS, text, 0, 3) >= 0
                    && blank(text, 4)
                    && blank(text, 7)
                    && blank(text, 11)
                    && blank(text, 16)
                    && text.regionMatches(true, 25, " GMT", 0, 4);
            return shape ? instant(number(text, 12, 4), text, 8, number(text, 5, 2), 17) : Optional.empty();
        }
        if (length == 24 && blank(text, 3)) {
            boolean shape = oneOf(DAYS, text, 0, 3) >= 0 && blank(text, 7) && blank(text, 10) && blank(text, 19);
            int day = blank(text, 8) ? number(text, 9, 1) : number(text, 8, 2);
            return shape ? instant(number(text, 20, 4), text, 4, day, 11) : Optional.empty();
        }
        int comma = length - 24;
        if (comma >= 6 && comma <= 9 && text.charAt(comma) == ',') {
            boolean shape = oneOf(LONG_DAYS, text, 0, comma) >= 0
                    && blank(text, comma + 1)
                    && text.charAt(comma + 4) == '-'
                    && text.charAt(comma + 8) == '-'
                    && blank(text, comma + 11)
                    && text.regionMatches(true, comma + 20, " GMT", 0, 4);
            int year = number(text, comma + 9, 2);
            return shape && year >= 0 ? century(year, text, comma, now) : Optional.empty();
        }
        return Optional.empty();
    }

    /** The instant as an IMF-fixdate; fractions of a second are cut off. */
    public static String format(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS[time.getDayOfWeek().getValue() - 1]).append(", ");
        twoDigits(text, time.getDayOfMonth()).append(' ');
        text.append(MONTHS[time.getMonthValue() - 1]).append(' ');
        int year = time.getYear();
        twoDigits(text, year / 100);
        twoDigits(text, year % 100).append(' ');
        twoDigits(text, time.getHour()).append(':');
        twoDigits(text, time.getMinute()).append(':');
        return twoDigits(text, time.getSecond()).append(" GMT").toString();
    }

    /** A year that would lie more than 50 years ahead is in the century before. */
    private static Optional<Instant> century(int year, String text, int comma, Instant now) {
        int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
        int full = thisYear - thisYear % 100 + year;
        if (full > thisYear + 50) {
            full -= 100;
        } else if (full <= thisYear - 50) {
            full += 100;
        }
        return instant(full, text, comma + 5, number(text, comma + 2, 2), comma + 12);
    }

    /** The instant with the month's name at {@code monthAt} and the time of day at {@code timeAt}. */
    private static Optional<Instant> instant(int year, String text, int monthAt, int day, int timeAt) {
        int month = oneOf(MONTHS, text, monthAt, 3);
        int hour = number(text, timeAt, 2);
        int minute = number(text, timeAt + 3, 2);
        int second = number(text, timeAt + 6, 2);
        boolean shape = text.charAt(timeAt + 2) == ':' && text.charAt(timeAt + 5) == ':';
        if (!shape || year < 0 || month < 0 || day < 1 || hour < 0 || minute < 0 || second < 0 || second > 60) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.of(year, month + 1, day, hour, minute, Math.min(second, 59))
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    private static boolean blank(String text, int at) {
        return text.charAt(at) == ' ';
    }

    private static int oneOf(String[] names, String text, int at, int length) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].length() == length && text.regionMatches(true, at, names[i], 0, length)) {
                return i;
            }
        }
        return -1;
    }

    /** The number of exactly {@code digits} digits at {@code at}, or -1. */
    private static int number(String text, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            char c = text.charAt(i);
            if (!IpLiteral.isDigit(c)) {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    @CanIgnoreReturnValue
    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
