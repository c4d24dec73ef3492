package dev.weir.edge.pipeline;

import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a request: phases in one order, run in a plain loop that is left only for a future that isn't complete yet.
 * Request phases may end in an answer of Weir's own, which goes straight to the reply; every exchange, however it ends,
 * passes the record exactly once. Lives on the event loop of the exchange.
 */
final class RequestPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(RequestPipeline.class);

    private final Phase[] phases;
    private final int reply;

    private RequestPipeline(Phase[] phases, int reply) {
        this.phases = phases;
        this.reply = reply;
    }

    /**
     * The pipeline of these phases.
     *
     * @throws IllegalArgumentException if they aren't in the order of {@link Stage}
     */
    static RequestPipeline of(List<Phase> phases) {
        int reply = -1;
        for (int i = 0; i < phases.size(); i++) {
            Stage stage = phases.get(i).stage();
            if (i > 0 && phases.get(i - 1).stage().compareTo(stage) >= 0) {
                throw new IllegalArgumentException("phase: " + stage.words() + " after "
                        + phases.get(i - 1).stage().words() + " (expected: the order of Stage)");
            }
            reply = stage == Stage.REPLY ? i : reply;
        }
        if (reply < 0) {
            throw new IllegalArgumentException("phases without reply");
        }
        return new RequestPipeline(phases.toArray(Phase[]::new), reply);
    }

    /** Takes {@code exchange} through all phases. */
    void run(Exchange exchange) {
        advance(exchange, 0);
    }

    private void advance(Exchange exchange, int from) {
        for (int i = from; i < phases.length; i++) {
            Phase phase = phases[i];
            Verdict verdict;
            try {
                if (phase instanceof Phase.Later later) {
                    Future<Verdict> due = later.run(exchange);
                    if (!due.isComplete()) {
                        int at = i;
                        due.onComplete(
                                result -> resume(exchange, at, result),
                                failure -> resume(exchange, at, verdictOn(exchange, phase, failure)));
                        return;
                    }
                    verdict = due.succeeded() ? due.result() : verdictOn(exchange, phase, due.cause());
                } else {
                    verdict = ((Phase.Now) phase).run(exchange);
                }
            } catch (RuntimeException e) {
                verdict = verdictOn(exchange, phase, e);
            }
            if (verdict instanceof Verdict.TakenOver) {
                return;
            }
            if (verdict instanceof Verdict.Reply answer) {
                exchange.answerLocally(answer.answer());
                i = Math.max(i, reply - 1);
            }
        }
    }

    private void resume(Exchange exchange, int at, Verdict verdict) {
        if (verdict instanceof Verdict.TakenOver) {
            return;
        }
        if (verdict instanceof Verdict.Reply answer) {
            exchange.answerLocally(answer.answer());
            advance(exchange, Math.max(at + 1, reply));
        } else {
            advance(exchange, at + 1);
        }
    }

    private static Verdict verdictOn(Exchange exchange, Phase phase, Throwable failure) {
        LocalAnswer answer = LocalReply.to(failure);
        if (answer.reason().equals(LocalReply.INTERNAL_ERROR)) {
            LOG.error("{} failed in phase {}", exchange.id(), phase.stage().words(), failure);
        }
        return new Verdict.Reply(answer);
    }
}
