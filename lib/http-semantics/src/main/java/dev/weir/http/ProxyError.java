package dev.weir.http;

/** The error types of Proxy-Status, each with the status that is recommended for it (RFC 9209 §2.3). */
public enum ProxyError {
    /** The name could not be resolved in time. */
    DNS_TIMEOUT("dns_timeout", 504),
    /** Resolving the name failed. */
    DNS_ERROR("dns_error", 502),
    /** No next hop is configured for this request. */
    DESTINATION_NOT_FOUND("destination_not_found", 500),
    /** The next hop is considered unavailable, for example unhealthy. */
    DESTINATION_UNAVAILABLE("destination_unavailable", 503),
    /** The next hop's address must not be contacted. */
    DESTINATION_IP_PROHIBITED("destination_ip_prohibited", 502),
    /** No route to the next hop's address. */
    DESTINATION_IP_UNROUTABLE("destination_ip_unroutable", 502),
    /** The next hop refused the connection. */
    CONNECTION_REFUSED("connection_refused", 502),
    /** The connection was closed before the response was whole. */
    CONNECTION_TERMINATED("connection_terminated", 502),
    /** Connecting took too long. */
    CONNECTION_TIMEOUT("connection_timeout", 504),
    /** Nothing came for too long. */
    CONNECTION_READ_TIMEOUT("connection_read_timeout", 504),
    /** Nothing could be written for too long. */
    CONNECTION_WRITE_TIMEOUT("connection_write_timeout", 504),
    /** A limit on connections is reached. */
    CONNECTION_LIMIT_REACHED("connection_limit_reached", 503),
    /** TLS failed. */
    TLS_PROTOCOL_ERROR("tls_protocol_error", 502),
    /** The next hop's certificate is no good. */
    TLS_CERTIFICATE_ERROR("tls_certificate_error", 502),
    /** The next hop sent a TLS alert. */
    TLS_ALERT_RECEIVED("tls_alert_received", 502),
    /** The client's request is wrong; the status says how. */
    HTTP_REQUEST_ERROR("http_request_error", 400),
    /** Policy denies the request. */
    HTTP_REQUEST_DENIED("http_request_denied", 403),
    /** The response ended early. */
    HTTP_RESPONSE_INCOMPLETE("http_response_incomplete", 502),
    /** The response's field section is too large. */
    HTTP_RESPONSE_HEADER_SECTION_SIZE("http_response_header_section_size", 502),
    /** A field line of the response is too large. */
    HTTP_RESPONSE_HEADER_SIZE("http_response_header_size", 502),
    /** The response's body is too large. */
    HTTP_RESPONSE_BODY_SIZE("http_response_body_size", 502),
    /** The response's trailer section is too large. */
    HTTP_RESPONSE_TRAILER_SECTION_SIZE("http_response_trailer_section_size", 502),
    /** A trailer of the response is too large. */
    HTTP_RESPONSE_TRAILER_SIZE("http_response_trailer_size", 502),
    /** The response's transfer coding can't be decoded. */
    HTTP_RESPONSE_TRANSFER_CODING("http_response_transfer_coding", 502),
    /** The response's content coding can't be decoded. */
    HTTP_RESPONSE_CONTENT_CODING("http_response_content_coding", 502),
    /** The response took too long. */
    HTTP_RESPONSE_TIMEOUT("http_response_timeout", 504),
    /** Upgrading the connection failed. */
    HTTP_UPGRADE_FAILED("http_upgrade_failed", 502),
    /** The next hop's HTTP is wrong in another way. */
    HTTP_PROTOCOL_ERROR("http_protocol_error", 502),
    /** This proxy made the response itself, for no error. */
    PROXY_INTERNAL_RESPONSE("proxy_internal_response", 200),
    /** This proxy failed. */
    PROXY_INTERNAL_ERROR("proxy_internal_error", 500),
    /** This proxy's configuration is wrong. */
    PROXY_CONFIGURATION_ERROR("proxy_configuration_error", 500),
    /** The request has been here before. */
    PROXY_LOOP_DETECTED("proxy_loop_detected", 502);

    private final String token;
    private final int status;

    ProxyError(String token, int status) {
        this.token = token;
        this.status = status;
    }

    /** The word on the wire. */
    public String token() {
        return token;
    }

    /** The recommended status; where the RFC leaves it to the proxy, the usual one. */
    public int status() {
        return status;
    }
}
