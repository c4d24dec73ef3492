package dev.weir.edge.wire;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * What is wrong with the bytes of a message, with the word for log and metrics. The status is for requests; whatever is
 * wrong with an answer is 502 to the client.
 */
public enum HeadFault {
    /** A line feed without a carriage return before it (RFC 9112 §2.2). */
    BARE_LF("bare-lf", 400),
    /** A carriage return without a line feed behind it (RFC 9112 §2.2). */
    BARE_CR("bare-cr", 400),
    /** The method isn't a token, or too long (RFC 9112 §3.1). */
    METHOD("method", 400),
    /** Blanks, controls, a fragment or octets above 0x7E in the target, or none at all (RFC 9112 §3.2). */
    TARGET("target-characters", 400),
    /** No version, or none that is HTTP's (RFC 9112 §2.3); this is also how HTTP/0.9 looks. */
    REQUEST_LINE("request-line", 400),
    /** A major version other than 1 (RFC 9110 §15.6.6); in an answer also a minor one above 1. */
    VERSION("version", 505),
    /** The status line isn't a version, three digits and a reason (RFC 9112 §4); HTTP/0.9 looks like this too. */
    STATUS_LINE("status-line", 502),
    /** A status that no class of answers has (RFC 9110 §15). */
    STATUS("status", 502),
    /** The request line or status line is longer than allowed. */
    LINE_TOO_LONG("line-too-long", 414),
    /** The head is longer than allowed. */
    HEAD_TOO_LARGE("fields-too-large", 431),
    /** More field lines than allowed. */
    FIELDS_TOO_MANY("fields-too-many", 431),
    /** A name that is empty or not a token, or no colon right behind it (RFC 9112 §5.1). */
    FIELD_NAME("field-name", 400),
    /** A control in a value (RFC 9110 §5.5). */
    FIELD_VALUE("field-value", 400),
    /** A line that begins with a blank (RFC 9112 §5.2). */
    LINE_FOLDING("line-folding", 400),
    /** HTTP/1.1 without Host (RFC 9112 §3.2). */
    HOST_MISSING("host-missing", 400),
    /** Two Host lines (RFC 9112 §3.2). */
    HOST_REPEATED("host-repeated", 400),
    /** A Host that has characters no host and port can have (RFC 9112 §3.2). */
    HOST_INVALID("host-invalid", 400),
    /** Content-Length isn't one number, or stands there twice (RFC 9112 §6.3). */
    CONTENT_LENGTH("content-length", 400),
    /** Transfer-Encoding isn't exactly {@code chunked}, or stands there twice or in HTTP/1.0 (RFC 9112 §6.1). */
    TRANSFER_ENCODING("transfer-encoding", 400),
    /** Codings before {@code chunked} that we don't undo (RFC 9112 §6.1). */
    TRANSFER_ENCODING_UNKNOWN("transfer-encoding-unknown", 501),
    /** Both lengths at once (RFC 9112 §6.3), or content that only some would expect. */
    FRAMING_AMBIGUOUS("framing-ambiguous", 400),
    /** CONNECT, TRACE or an interim answer with a body (RFC 9110 §9.3.6, §9.3.8, §15.2). */
    UNEXPECTED_BODY("unexpected-body", 400),
    /** An expectation other than {@code 100-continue} (RFC 9110 §10.1.1). */
    EXPECTATION("expectation", 417),
    /** A chunk size, extension or the end of a chunk that breaks the grammar (RFC 9112 §7.1). */
    CHUNK("chunk", 400),
    /** A trailer section that breaks the grammar, is too long or carries framing (RFC 9112 §7.1.2). */
    TRAILER("trailer", 400),
    /** A head, or the rest of a body that nobody reads, that didn't come in time. */
    SLOW("slow", 408),
    /** Netty's decoder refused what the guard let through. */
    DECODER("decoder", 400);

    private final String token;
    private final int status;

    HeadFault(String token, int status) {
        this.token = token;
        this.status = status;
    }

    /** The whole answer: it tells nothing but the status. */
    public byte[] answer() {
        return ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The word for log and metrics. */
    public String token() {
        return token;
    }

    /** The status to answer with. */
    public int status() {
        return status;
    }
}
