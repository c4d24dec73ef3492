package dev.weir.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One pass over a request's fields: finds what is malformed, and what decides framing and authority. */
final class RequestFields {
    private static final Set<String> STANDARD_METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final long NO_LENGTH = -1;

    private final HeaderFields fields;
    private final boolean http2;
    private @Nullable String host;
    private long contentLength = NO_LENGTH;
    private @Nullable String transferEncoding;
    private boolean chunked;

    RequestFields(HeaderFields fields, boolean http2) {
        this.fields = fields;
        this.http2 = http2;
    }

    /** Whether {@code method} is a token that nobody could take for a standard method which it isn't. */
    static boolean isMethod(String method) {
        if (STANDARD_METHODS.contains(method)) {
            return true;
        }
        if (!FieldSyntax.isToken(method)) {
            return false;
        }
        for (String standard : STANDARD_METHODS) {
            if (standard.equalsIgnoreCase(method)) {
                return false;
            }
        }
        return true;
    }

    /** What is wrong with the field lines as such, or null. */
    @Nullable
    RefusalReason fault(FieldLimits limits) {
        int lines = fields.size();
        if (lines > limits.maxLines()) {
            return RefusalReason.FIELDS_TOO_MANY;
        }
        long bytes = 0;
        for (int i = 0; i < lines; i++) {
            String name = fields.name(i);
            String value = fields.value(i);
            bytes += name.length() + value.length() + 4L;
            if (bytes > limits.maxBytes()) {
                return RefusalReason.FIELDS_TOO_LARGE;
            }
            if (!isName(name)) {
                return RefusalReason.FIELD_NAME;
            }
            if (!FieldSyntax.isFieldValue(value) || (http2 && isPadded(value))) {
                return RefusalReason.FIELD_VALUE;
            }
            RefusalReason fault = known(name, value);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** What is wrong with the framing of an HTTP/1 request (RFC 9112 §6), or null. */
    @Nullable
    RefusalReason framingFault(boolean http10, String method) {
        if (transferEncoding != null) {
            if (contentLength != NO_LENGTH) {
                return RefusalReason.FRAMING_AMBIGUOUS;
            }
            if (http10) {
                return RefusalReason.TRANSFER_ENCODING;
            }
            chunked = transferEncoding.equalsIgnoreCase("chunked");
            if (!chunked) {
                return endsInChunked(transferEncoding)
                        ? RefusalReason.TRANSFER_ENCODING_UNKNOWN
                        : RefusalReason.TRANSFER_ENCODING;
            }
        }
        return method.equals("CONNECT") && (chunked || contentLength > 0) ? RefusalReason.CONNECT_BODY : null;
    }

    @Nullable
    String host() {
        return host;
    }

    long contentLength() {
        return contentLength;
    }

    boolean hasContentLength() {
        return contentLength != NO_LENGTH;
    }

    /** What follows the head of an HTTP/1 request. */
    Framing framing() {
        return chunked ? Framing.OPEN : contentLength > 0 ? Framing.of(contentLength) : Framing.NONE;
    }

    /** What follows the head of an HTTP/2 request that doesn't end its stream. */
    Framing streamFraming() {
        return hasContentLength() ? Framing.of(contentLength) : Framing.OPEN;
    }

    /**
     * The fields with Host saying {@code authority}: in its place, or first if there was none. As they came where it says
     * so already, in whatever case.
     */
    HeaderFields withHost(Authority authority) {
        if (host != null && host.equalsIgnoreCase(authority.toString())) {
            return fields;
        }
        HeaderFields.Builder builder = HeaderFields.builder();
        if (host == null) {
            builder.add(http2 ? "host" : "Host", authority.toString());
        }
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.name(i);
            boolean isHost = name.length() == 4 && name.equalsIgnoreCase("host");
            builder.add(name, isHost ? authority.toString() : fields.value(i));
        }
        return builder.build();
    }

    private boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!FieldSyntax.isTokenCharacter(c) || (http2 && c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isPadded(String value) {
        return !value.isEmpty()
                && (FieldSyntax.isBlank(value.charAt(0)) || FieldSyntax.isBlank(value.charAt(value.length() - 1)));
    }

    /** Takes note of fields that matter here; the length of the name rules out most others at once. */
    private @Nullable RefusalReason known(String name, String value) {
        return switch (name.length()) {
            case 2 -> name.equals("te") && !value.equalsIgnoreCase("trailers") ? specific(name, "te") : null;
            case 4 -> host(name, value);
            case 7 -> specific(name, "upgrade");
            case 10 -> name.equals("connection") ? specific(name, "connection") : specific(name, "keep-alive");
            case 14 -> contentLength(name, value);
            case 16 -> specific(name, "proxy-connection");
            case 17 -> transferEncoding(name, value);
            default -> null;
        };
    }

    private @Nullable RefusalReason host(String name, String value) {
        if (name.equalsIgnoreCase("host")) {
            if (host != null) {
                return RefusalReason.HOST_REPEATED;
            }
            host = value;
        }
        return null;
    }

    private @Nullable RefusalReason contentLength(String name, String value) {
        if (name.equalsIgnoreCase("content-length")) {
            if (contentLength != NO_LENGTH) {
                return RefusalReason.CONTENT_LENGTH;
            }
            contentLength = length(value);
            return contentLength < 0 ? RefusalReason.CONTENT_LENGTH : null;
        }
        return null;
    }

    private @Nullable RefusalReason transferEncoding(String name, String value) {
        if (name.equalsIgnoreCase("transfer-encoding")) {
            if (http2) {
                return RefusalReason.CONNECTION_SPECIFIC;
            }
            if (transferEncoding != null) {
                return RefusalReason.TRANSFER_ENCODING;
            }
            transferEncoding = value;
        }
        return null;
    }

    private @Nullable RefusalReason specific(String name, String connectionField) {
        return http2 && name.equals(connectionField) ? RefusalReason.CONNECTION_SPECIFIC : null;
    }

    /** The number that {@code value} writes in at most 18 digits, or -2. */
    private static long length(String value) {
        if (value.isEmpty() || value.length() > 18) {
            return -2;
        }
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!IpLiteral.isDigit(c)) {
                return -2;
            }
            length = length * 10 + c - '0';
        }
        return length;
    }

    private static boolean endsInChunked(String value) {
        boolean last = false;
        for (String coding : FieldSyntax.list(value)) {
            if (last) {
                return false;
            }
            last = coding.equalsIgnoreCase("chunked");
            if (!last && !FieldSyntax.isToken(coding)) {
                return false;
            }
        }
        return last;
    }
}
