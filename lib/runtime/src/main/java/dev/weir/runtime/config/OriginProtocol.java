package dev.weir.runtime.config;

import dev.weir.settings.Word;

/** What is spoken to origins. */
public enum OriginProtocol implements Word {
    /** HTTP/1.1. */
    HTTP1("http1"),
    /** HTTP/2: by ALPN over TLS, by prior knowledge without. */
    HTTP2("http2");

    private final String word;

    OriginProtocol(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
