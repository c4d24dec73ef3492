package dev.weir.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dictionary of structured fields, read strictly (RFC 9651 §4.2.2): whatever breaks its grammar makes the whole field
 * invalid. Parameters are checked and dropped; of the values only integers are kept.
 */
public final class StructuredDictionary {
    private static final int MOST_DIGITS = 15;
    private static final int MOST_WHOLE_DIGITS_OF_A_DECIMAL = 12;
    private static final int MOST_FRACTION_DIGITS = 3;
    private static final char END = '\0';

    private final String text;
    private int at;

    /** The types that a member's value can have (RFC 9651 §3). */
    public enum Type {
        /** A whole number. */
        INTEGER,
        /** A number with a fraction. */
        DECIMAL,
        /** Text in quotes. */
        STRING,
        /** A word. */
        TOKEN,
        /** Octets in base64. */
        BYTES,
        /** True or false; a member without a value is true. */
        BOOLEAN,
        /** Seconds since 1970. */
        DATE,
        /** Text beyond ASCII. */
        DISPLAY_STRING,
        /** Several values in parentheses. */
        INNER_LIST
    }

    /**
     * The value of a member.
     *
     * @param type of it
     * @param integer what an INTEGER says; 1 for true and 0 for everything else
     */
    public record Value(Type type, long integer) {
        private static final Value TRUE = new Value(Type.BOOLEAN, 1);

        /** Whether it is true: what a member without a value says. */
        public boolean isTrue() {
            return type == Type.BOOLEAN && integer == 1;
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private Malformed() {
            super(null, null, false, false);
        }
    }

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /** The members that the lines of a field make together, of a key said twice the last; empty if it is no dictionary. */
    public static Optional<Map<String, Value>> parse(List<String> lines) {
        StructuredDictionary reading = new StructuredDictionary(String.join(",", lines));
        try {
            return Optional.of(reading.members());
        } catch (Malformed e) {
            return Optional.empty();
        }
    }

    private Map<String, Value> members() throws Malformed {
        Map<String, Value> members = new LinkedHashMap<>();
        skip(' ');
        while (at < text.length()) {
            String key = key();
            Value value = Value.TRUE;
            if (peek() == '=') {
                at++;
                value = peek() == '(' ? innerList() : bareItem();
            }
            parameters();
            members.put(key, value);
            blanks();
            if (at == text.length()) {
                return members;
            }
            expect(',');
            blanks();
            require(at < text.length());
        }
        return members;
    }

    private String key() throws Malformed {
        int start = at;
        require(isLower(peek()) || peek() == '*');
        while (isLower(peek()) || IpLiteral.isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private void parameters() throws Malformed {
        while (peek() == ';') {
            at++;
            skip(' ');
            String unused = key();
            if (peek() == '=') {
                at++;
                Value dropped = bareItem();
                require(dropped.type != Type.INNER_LIST && !unused.isEmpty());
            }
        }
    }

    private Value innerList() throws Malformed {
        expect('(');
        while (true) {
            skip(' ');
            if (peek() == ')') {
                at++;
                return new Value(Type.INNER_LIST, 0);
            }
            Value item = bareItem();
            parameters();
            require(item.type != Type.INNER_LIST && (peek() == ' ' || peek() == ')'));
        }
    }

    private Value bareItem() throws Malformed {
        char first = peek();
        if (first == '-' || IpLiteral.isDigit(first)) {
            return number();
        }
        if (isLower(first) || (first >= 'A' && first <= 'Z') || first == '*') {
            return token();
        }
        at++;
        return switch (first) {
            case '"' -> string();
            case ':' -> bytes();
            case '?' -> bool();
            case '@' -> date();
            case '%' -> displayString();
            default -> throw new Malformed();
        };
    }

    private Value number() throws Malformed {
        int sign = peek() == '-' ? -1 : 1;
        at += sign < 0 ? 1 : 0;
        int start = at;
        long whole = 0;
        while (IpLiteral.isDigit(peek())) {
            whole = whole * 10 + peek() - '0';
            at++;
            require(at - start <= MOST_DIGITS);
        }
        require(at > start);
        if (peek() != '.') {
            return new Value(Type.INTEGER, sign * whole);
        }
        require(at - start <= MOST_WHOLE_DIGITS_OF_A_DECIMAL);
        int point = at++;
        while (IpLiteral.isDigit(peek())) {
            at++;
        }
        require(at - point > 1 && at - point <= MOST_FRACTION_DIGITS + 1);
        return new Value(Type.DECIMAL, 0);
    }

    private Value token() {
        while (FieldSyntax.isTokenCharacter(peek()) || peek() == ':' || peek() == '/') {
            at++;
        }
        return new Value(Type.TOKEN, 0);
    }

    private Value string() throws Malformed {
        while (true) {
            char c = next();
            if (c == '"') {
                return new Value(Type.STRING, 0);
            }
            if (c == '\\') {
                char escaped = next();
                require(escaped == '"' || escaped == '\\');
            } else {
                require(c >= ' ' && c <= '~');
            }
        }
    }

    private Value bytes() throws Malformed {
        while (true) {
            char c = next();
            if (c == ':') {
                return new Value(Type.BYTES, 0);
            }
            boolean letter = isLower(c) || (c >= 'A' && c <= 'Z');
            require(letter || IpLiteral.isDigit(c) || c == '+' || c == '/' || c == '=');
        }
    }

    private Value bool() throws Malformed {
        char c = next();
        require(c == '0' || c == '1');
        return new Value(Type.BOOLEAN, c - '0');
    }

    private Value date() throws Malformed {
        require(peek() == '-' || IpLiteral.isDigit(peek()));
        require(number().type == Type.INTEGER);
        return new Value(Type.DATE, 0);
    }

    private Value displayString() throws Malformed {
        expect('"');
        ByteBuffer octets = ByteBuffer.allocate(text.length() - at);
        while (true) {
            char c = next();
            if (c == '"') {
                try {
                    var unused = StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
                } catch (CharacterCodingException notUtf8) {
                    throw new Malformed();
                }
                return new Value(Type.DISPLAY_STRING, 0);
            }
            require(c >= ' ' && c <= '~');
            octets.put((byte) (c == '%' ? hex(next()) * 16 + hex(next()) : c));
        }
    }

    private static int hex(char c) throws Malformed {
        require(IpLiteral.isDigit(c) || (c >= 'a' && c <= 'f'));
        return Character.digit(c, 16);
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private void blanks() {
        while (FieldSyntax.isBlank(peek())) {
            at++;
        }
    }

    private void skip(char c) {
        while (peek() == c) {
            at++;
        }
    }

    private void expect(char c) throws Malformed {
        require(next() == c);
    }

    /** The next character; {@link #END}, which no field value holds, behind the last one. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private char next() throws Malformed {
        require(at < text.length());
        return text.charAt(at++);
    }

    private static void require(boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed();
        }
    }
}
