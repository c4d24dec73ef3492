package dev.weir.edge.upstream;

/** Why no good answer came from an origin (RFC 9209 §2.3), with the status that a client gets for it by default. */
public enum ProxyErrorType {
    DNS_TIMEOUT("dns_timeout", 504),
    DNS_ERROR("dns_error", 502),
    DESTINATION_NOT_FOUND("destination_not_found", 500),
    DESTINATION_UNAVAILABLE("destination_unavailable", 503),
    DESTINATION_IP_PROHIBITED("destination_ip_prohibited", 403),
    DESTINATION_IP_UNROUTABLE("destination_ip_unroutable", 502),
    CONNECTION_REFUSED("connection_refused", 502),
    CONNECTION_TERMINATED("connection_terminated", 502),
    CONNECTION_TIMEOUT("connection_timeout", 504),
    CONNECTION_READ_TIMEOUT("connection_read_timeout", 504),
    CONNECTION_WRITE_TIMEOUT("connection_write_timeout", 504),
    CONNECTION_LIMIT_REACHED("connection_limit_reached", 503),
    TLS_PROTOCOL_ERROR("tls_protocol_error", 502),
    TLS_CERTIFICATE_ERROR("tls_certificate_error", 502),
    HTTP_REQUEST_ERROR("http_request_error", 400),
    HTTP_REQUEST_DENIED("http_request_denied", 403),
    HTTP_RESPONSE_INCOMPLETE("http_response_incomplete", 502),
    HTTP_RESPONSE_HEADER_SECTION_SIZE("http_response_header_section_size", 502),
    HTTP_RESPONSE_TIMEOUT("http_response_timeout", 504),
    HTTP_UPGRADE_FAILED("http_upgrade_failed", 502),
    HTTP_PROTOCOL_ERROR("http_protocol_error", 502),
    PROXY_INTERNAL_ERROR("proxy_internal_error", 500),
    PROXY_CONFIGURATION_ERROR("proxy_configuration_error", 500);

    private final String token;
    private final int status;

    ProxyErrorType(String token, int status) {
        this.token = token;
        this.status = status;
    }

    /** The word on the wire, in metrics and in the log. */
    public String token() {
        return token;
    }

    /** The status code that a client gets. */
    public int status() {
        return status;
    }
}
