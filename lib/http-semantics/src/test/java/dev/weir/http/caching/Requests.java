package dev.weir.http.caching;

import dev.weir.http.CanonicalRequest;
import dev.weir.http.FieldLimits;
import dev.weir.http.HeaderFields;
import dev.weir.http.RequestCheck;

/** Requests as tests write them. */
final class Requests {
    private Requests() {}

    /** A GET of an absolute URL. */
    static CanonicalRequest get(String url) {
        String host = url.substring(url.indexOf("//") + 2).split("[/?]", 2)[0];
        RequestCheck check = RequestCheck.http1(
                "GET", url, "HTTP/1.1", "http", HeaderFields.of("Host", host), new FieldLimits(100, 65_536));
        return ((RequestCheck.Accepted) check).request();
    }
}
