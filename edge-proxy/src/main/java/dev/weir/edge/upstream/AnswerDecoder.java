package dev.weir.edge.upstream;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;

/**
 * Netty's decoder of answers, told which request is being answered. It checks nothing: {@link AnswerGuard} has.
 */
final class AnswerDecoder extends HttpResponseDecoder {
    /** Above every bound of the guard, so that only that one decides. */
    private static final int NEVER_REACHED = 1024 * 1024;

    private boolean toHead;

    AnswerDecoder() {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(NEVER_REACHED)
                .setMaxHeaderSize(NEVER_REACHED)
                .setMaxChunkSize(65536)
                .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory().withValidation(false))
                .setTrailersFactory(DefaultHttpHeadersFactory.trailersFactory().withValidation(false))
                .setUseRfc9112TransferEncoding(true));
    }

    /** Before a request goes out. */
    void expect(boolean answerToHead) {
        toHead = answerToHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        int status =
                message instanceof HttpResponse response ? response.status().code() : 0;
        return toHead || (status >= 100 && status < 200) || status == 204 || status == 304;
    }

    @Override
    protected boolean isSwitchingToNonHttp1Protocol(HttpResponse response) {
        return false;
    }
}
