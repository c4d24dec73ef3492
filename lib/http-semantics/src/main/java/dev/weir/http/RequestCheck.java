package dev.weir.http;

import dev.weir.http.CanonicalRequest.TargetForm;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request head made canonical, or why it is refused: what can be read two ways is refused, never repaired. */
public sealed interface RequestCheck {

    /**
     * The head is sound.
     *
     * @param request its one reading
     */
    record Accepted(CanonicalRequest request) implements RequestCheck {}

    /**
     * The head isn't sound.
     *
     * @param reason what is wrong with it
     */
    record Refused(RefusalReason reason) implements RequestCheck {
        /** The status to answer with. */
        public int status() {
            return reason.status();
        }
    }

    /**
     * Checks the head of an HTTP/1 request (RFC 9112).
     *
     * @param target as in the request line
     * @param protocol {@code HTTP/1.0} or {@code HTTP/1.1}; anything else is refused
     * @param connectionScheme {@code http} or {@code https}: what the connection speaks, for targets without a scheme
     */
    static RequestCheck http1(
            String method,
            String target,
            String protocol,
            String connectionScheme,
            HeaderFields fields,
            FieldLimits limits) {
        boolean http10 = protocol.equals("HTTP/1.0");
        if (!http10 && !protocol.equals("HTTP/1.1")) {
            return new Refused(RefusalReason.VERSION);
        }
        if (!RequestFields.isMethod(method)) {
            return new Refused(RefusalReason.METHOD);
        }
        RequestFields scan = new RequestFields(fields, false);
        RefusalReason fault = scan.fault(limits);
        if (fault == null) {
            fault = scan.framingFault(http10, method);
        }
        if (fault != null) {
            return new Refused(fault);
        }
        RequestTarget parsed = RequestTarget.parse(method, target);
        if (parsed instanceof RequestTarget.Invalid invalid) {
            return new Refused(invalid.reason());
        }
        if (scan.host() == null && !http10) {
            return new Refused(RefusalReason.HOST_MISSING);
        }
        Authority host = null;
        if (scan.host() != null) {
            host = Authority.parse(scan.host()).orElse(null);
            if (host == null) {
                return new Refused(RefusalReason.HOST_INVALID);
            }
        }
        return http1(method, parsed, protocol, connectionScheme, host, scan);
    }

    private static RequestCheck http1(
            String method,
            RequestTarget target,
            String protocol,
            String connectionScheme,
            @Nullable Authority host,
            RequestFields scan) {
        Framing framing = scan.framing();
        if (target instanceof RequestTarget.AbsoluteForm form) {
            HeaderFields canonical = scan.withHost(form.authority());
            return new Accepted(new CanonicalRequest(
                    method,
                    form.scheme(),
                    form.authority(),
                    form.path(),
                    form.query(),
                    canonical,
                    protocol,
                    TargetForm.ABSOLUTE,
                    framing));
        }
        if (target instanceof RequestTarget.AuthorityForm form) {
            HeaderFields canonical = scan.withHost(form.authority());
            return new Accepted(new CanonicalRequest(
                    method, "", form.authority(), "", "", canonical, protocol, TargetForm.AUTHORITY, Framing.NONE));
        }
        if (host == null) {
            return new Refused(RefusalReason.HOST_MISSING);
        }
        boolean asterisk = target instanceof RequestTarget.AsteriskForm;
        String path = target instanceof RequestTarget.OriginForm form ? form.path() : "*";
        String query = target instanceof RequestTarget.OriginForm form ? form.query() : "";
        return new Accepted(new CanonicalRequest(
                method,
                connectionScheme,
                host,
                path,
                query,
                scan.withHost(host),
                protocol,
                asterisk ? TargetForm.ASTERISK : TargetForm.ORIGIN,
                framing));
    }

    /**
     * Checks the field block that opens an HTTP/2 request (RFC 9113 §8.2, §8.3).
     *
     * @param block all its fields in the order in which they came, pseudo-fields too
     * @param endStream whether the block ended the stream, so that no content follows
     */
    static RequestCheck http2(HeaderFields block, boolean endStream, FieldLimits limits) {
        PseudoFields pseudo = PseudoFields.of(block);
        if (pseudo == null) {
            return new Refused(RefusalReason.PSEUDO_FIELDS);
        }
        return http2(
                pseudo.method(),
                pseudo.scheme(),
                pseudo.authority(),
                pseudo.path(),
                endStream,
                block.from(pseudo.count()),
                limits);
    }

    /**
     * What is wrong with the field block behind the content of an HTTP/2 request (RFC 9113 §8.1), empty if nothing is.
     * As in HTTP/1, fields that frame a message or say where it goes are no trailers (RFC 9110 §6.5.1).
     */
    static Optional<RefusalReason> http2Trailers(HeaderFields block, FieldLimits limits) {
        if (PseudoFields.anyIn(block, 0)) {
            return Optional.of(RefusalReason.PSEUDO_FIELDS);
        }
        RequestFields scan = new RequestFields(block, true);
        RefusalReason fault = scan.fault(limits);
        if (fault != null) {
            return Optional.of(fault);
        }
        boolean framing = scan.host() != null || scan.hasContentLength() || block.contains("trailer");
        return framing ? Optional.of(RefusalReason.TRAILER) : Optional.empty();
    }

    /**
     * Checks the head of an HTTP/2 request (RFC 9113 §8.3). Pseudo-fields that didn't come are null.
     *
     * @param fields without pseudo-fields
     * @param endStream whether the head ended the stream, so that no body follows
     */
    static RequestCheck http2(
            String method,
            @Nullable String scheme,
            @Nullable String authority,
            @Nullable String path,
            boolean endStream,
            HeaderFields fields,
            FieldLimits limits) {
        if (!RequestFields.isMethod(method)) {
            return new Refused(RefusalReason.METHOD);
        }
        RequestFields scan = new RequestFields(fields, true);
        RefusalReason fault = scan.fault(limits);
        if (fault != null) {
            return new Refused(fault);
        }
        if (endStream && scan.contentLength() > 0) {
            return new Refused(RefusalReason.CONTENT_LENGTH);
        }
        RefusalReason wrong = pseudoFault(method.equals("CONNECT"), scheme, authority, path);
        if (wrong != null) {
            return new Refused(wrong);
        }
        String namedScheme = scheme == null ? "" : "https".equalsIgnoreCase(scheme) ? "https" : "http";
        if (authority == null && scan.host() == null) {
            return new Refused(RefusalReason.HOST_MISSING);
        }
        Optional<Authority> named =
                Authority.parse(authority != null ? authority : scan.host() != null ? scan.host() : "");
        if (named.isEmpty()) {
            return new Refused(authority != null ? RefusalReason.TARGET_AUTHORITY : RefusalReason.HOST_INVALID);
        }
        if (authority != null && scan.host() != null) {
            Optional<Authority> host = Authority.parse(scan.host());
            if (host.isEmpty()) {
                return new Refused(RefusalReason.HOST_INVALID);
            }
            if (!host.get().sameAs(named.get(), namedScheme)) {
                return new Refused(RefusalReason.HOST_DIFFERS);
            }
        }
        HeaderFields canonical = oneCookie(scan.withHost(named.get()));
        return path == null
                ? http2Connect(named.get(), canonical, scan)
                : http2(
                        method,
                        namedScheme,
                        named.get(),
                        path,
                        canonical,
                        endStream ? Framing.NONE : scan.streamFraming());
    }

    private static @Nullable RefusalReason pseudoFault(
            boolean connect, @Nullable String scheme, @Nullable String authority, @Nullable String path) {
        if (connect ? scheme != null || path != null || authority == null : scheme == null || path == null) {
            return RefusalReason.PSEUDO_FIELDS;
        }
        return connect || "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme)
                ? null
                : RefusalReason.SCHEME;
    }

    private static RequestCheck http2Connect(Authority authority, HeaderFields fields, RequestFields scan) {
        if (authority.port() == Authority.NO_PORT) {
            return new Refused(RefusalReason.TARGET_FORM);
        }
        if (scan.contentLength() > 0) {
            return new Refused(RefusalReason.CONNECT_BODY);
        }
        return new Accepted(new CanonicalRequest(
                "CONNECT", "", authority, "", "", fields, "HTTP/2", TargetForm.AUTHORITY, Framing.NONE));
    }

    private static RequestCheck http2(
            String method, String scheme, Authority authority, String path, HeaderFields fields, Framing framing) {
        RequestTarget parsed = RequestTarget.parse(method, path);
        if (parsed instanceof RequestTarget.Invalid invalid) {
            return new Refused(invalid.reason());
        }
        boolean asterisk = parsed instanceof RequestTarget.AsteriskForm;
        if (!asterisk && !(parsed instanceof RequestTarget.OriginForm)) {
            return new Refused(RefusalReason.TARGET_FORM);
        }
        return new Accepted(new CanonicalRequest(
                method,
                scheme,
                authority,
                parsed instanceof RequestTarget.OriginForm form ? form.path() : "*",
                parsed instanceof RequestTarget.OriginForm form ? form.query() : "",
                fields,
                "HTTP/2",
                asterisk ? TargetForm.ASTERISK : TargetForm.ORIGIN,
                framing));
    }

    /** The fields with the crumbs of a cookie made one line again, where the first one stood (RFC 9113 §8.2.3). */
    private static HeaderFields oneCookie(HeaderFields fields) {
        List<String> crumbs = fields.all("cookie");
        if (crumbs.size() < 2) {
            return fields;
        }
        HeaderFields.Builder joined = HeaderFields.builder();
        boolean seen = false;
        for (int i = 0; i < fields.size(); i++) {
            boolean crumb = fields.name(i).equals("cookie");
            if (!crumb) {
                joined.add(fields.name(i), fields.value(i));
            } else if (!seen) {
                seen = true;
                joined.add("cookie", String.join("; ", crumbs));
            }
        }
        return joined.build();
    }
}
