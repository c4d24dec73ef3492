package dev.weir.http;

/** Why a request head is refused, with the word for logs and the status to answer with. */
public enum RefusalReason {
    /** The method isn't a token, or is a standard method in other than upper case (RFC 9110 §9.1). */
    METHOD("method", 400),
    /** The target has controls, blanks, a fragment or characters outside ASCII (RFC 9112 §3.2). */
    TARGET_CHARACTERS("target-characters", 400),
    /** A percent sign without two hexadecimal digits, or an encoded control in the path (RFC 3986 §2.1). */
    TARGET_PERCENT("target-percent", 400),
    /** The target's form doesn't fit the method, or is none of the four (RFC 9112 §3.2). */
    TARGET_FORM("target-form", 400),
    /** The target's authority is invalid or has user information (RFC 9110 §4.2.4). */
    TARGET_AUTHORITY("target-authority", 400),
    /** The scheme is neither http nor https. */
    SCHEME("scheme", 400),
    /** The protocol version isn't spoken here (RFC 9110 §15.6.6). */
    VERSION("version", 505),
    /** No Host, and nothing else says which authority is meant (RFC 9112 §3.2). */
    HOST_MISSING("host-missing", 400),
    /** More than one Host (RFC 9112 §3.2). */
    HOST_REPEATED("host-repeated", 400),
    /** Host isn't a valid authority (RFC 9112 §3.2). */
    HOST_INVALID("host-invalid", 400),
    /** {@code :authority} and Host differ (RFC 9113 §8.3.1). */
    HOST_DIFFERS("host-differs", 400),
    /** A field name that is empty or not a token; in HTTP/2 also one with capitals (RFC 9110 §5.1, RFC 9113 §8.2.1). */
    FIELD_NAME("field-name", 400),
    /** A control in a field value; in HTTP/2 also a blank at an end (RFC 9110 §5.5, RFC 9113 §8.2.1). */
    FIELD_VALUE("field-value", 400),
    /** More field lines than allowed. */
    FIELDS_TOO_MANY("fields-too-many", 431),
    /** The fields together are longer than allowed. */
    FIELDS_TOO_LARGE("fields-too-large", 431),
    /** Content-Length isn't one number (RFC 9112 §6.3). */
    CONTENT_LENGTH("content-length", 400),
    /** Transfer-Encoding isn't exactly {@code chunked}, or stands in HTTP/1.0 (RFC 9112 §6.1). */
    TRANSFER_ENCODING("transfer-encoding", 400),
    /** Transfer-Encoding names further codings before {@code chunked} (RFC 9112 §6.1). */
    TRANSFER_ENCODING_UNKNOWN("transfer-encoding-unknown", 501),
    /** Transfer-Encoding and Content-Length together (RFC 9112 §6.3). */
    FRAMING_AMBIGUOUS("framing-ambiguous", 400),
    /** CONNECT announces a body (RFC 9110 §9.3.6). */
    CONNECT_BODY("connect-body", 400),
    /** Max-Forwards of an OPTIONS or TRACE is there twice, or isn't a number (RFC 9110 §7.6.2). */
    MAX_FORWARDS("max-forwards", 400),
    /** A connection-specific field in HTTP/2 (RFC 9113 §8.2.2). */
    CONNECTION_SPECIFIC("connection-specific", 400),
    /** A pseudo-field is missing or is there when it mustn't be (RFC 9113 §8.3.1). */
    PSEUDO_FIELDS("pseudo-fields", 400),
    /** A trailer field that frames a message or routes it, or trailers in mid-content (RFC 9110 §6.5.1). */
    TRAILER("trailer", 400),
    /** Content that isn't as long as Content-Length says (RFC 9113 §8.1.1). */
    CONTENT("content", 400),
    /** A field block that can't be decompressed (RFC 9113 §4.3), or none that may stand there. */
    FIELD_BLOCK("field-block", 400);

    private final String token;
    private final int status;

    RefusalReason(String token, int status) {
        this.token = token;
        this.status = status;
    }

    /** The word for logs and metrics. */
    public String token() {
        return token;
    }

    /** The status to answer with. In HTTP/2 a malformed request is a stream error instead (RFC 9113 §8.1.1). */
    public int status() {
        return status;
    }
}
