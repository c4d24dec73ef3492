package dev.weir.edge.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.edge.upstream.ProxyFailure;
import dev.weir.http.HeaderFields;
import dev.weir.http.ProxyError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RequestPipelineTest {
    private static final Verdict DENIED = new Verdict.Reply(LocalAnswer.denied(403));

    private final List<Stage> passed = new ArrayList<>();
    private final Exchange exchange = Exchanges.any();

    private final class Now implements Phase.Now {
        private final Stage stage;
        private final Function<Exchange, Verdict> says;

        Now(Stage stage, Function<Exchange, Verdict> says) {
            this.stage = stage;
            this.says = says;
        }

        @Override
        public Stage stage() {
            return stage;
        }

        @Override
        public Verdict run(Exchange of) {
            passed.add(stage);
            return says.apply(of);
        }
    }

    private final class Later implements Phase.Later {
        private final Stage stage;
        private final Future<Verdict> says;

        Later(Stage stage, Future<Verdict> says) {
            this.stage = stage;
            this.says = says;
        }

        @Override
        public Stage stage() {
            return stage;
        }

        @Override
        public Future<Verdict> run(Exchange of) {
            passed.add(stage);
            return says;
        }
    }

    private Phase proceeds(Stage stage) {
        return new Now(stage, of -> Verdict.PROCEED);
    }

    private void run(Phase authorise, Phase forward, Phase reply) {
        RequestPipeline.of(List.of(
                        proceeds(Stage.READ_HEAD),
                        authorise,
                        forward,
                        reply,
                        proceeds(Stage.RECORD),
                        proceeds(Stage.FINISH)))
                .run(exchange);
    }

    @Test
    void holdsToTheOrderOfTheStages() {
        List<Phase> wrong = List.of(proceeds(Stage.AUTHORISE), proceeds(Stage.READ_HEAD), proceeds(Stage.REPLY));
        assertThatThrownBy(() -> RequestPipeline.of(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("read head after authorise");
        List<Phase> twice = List.of(proceeds(Stage.REPLY), proceeds(Stage.REPLY));
        assertThatThrownBy(() -> RequestPipeline.of(twice)).isInstanceOf(IllegalArgumentException.class);
        List<Phase> mute = List.of(proceeds(Stage.READ_HEAD), proceeds(Stage.RECORD));
        assertThatThrownBy(() -> RequestPipeline.of(mute)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void runsAllPhasesInOrder() {
        run(proceeds(Stage.AUTHORISE), new Later(Stage.FORWARD, Verdict.PROCEEDED), proceeds(Stage.REPLY));
        assertThat(passed)
                .containsExactly(
                        Stage.READ_HEAD, Stage.AUTHORISE, Stage.FORWARD, Stage.REPLY, Stage.RECORD, Stage.FINISH);
        assertThat(exchange.local()).isNull();
    }

    @Test
    void anAnswerOfOursGoesStraightToTheReply() {
        run(new Now(Stage.AUTHORISE, of -> DENIED), proceeds(Stage.FORWARD), proceeds(Stage.REPLY));
        assertThat(passed).containsExactly(Stage.READ_HEAD, Stage.AUTHORISE, Stage.REPLY, Stage.RECORD, Stage.FINISH);
        assertThat(exchange.termination()).isEqualTo(Termination.DENIED);
        assertThat(exchange.terminationReason()).isEqualTo("denied-by-rule");
    }

    @Test
    void waitsForWhatIsNotKnownYet() {
        Promise<Verdict> asked = Promise.promise();
        run(new Later(Stage.AUTHORISE, asked.future()), proceeds(Stage.FORWARD), proceeds(Stage.REPLY));
        assertThat(passed).containsExactly(Stage.READ_HEAD, Stage.AUTHORISE);
        asked.complete(DENIED);
        assertThat(passed).endsWith(Stage.AUTHORISE, Stage.REPLY, Stage.RECORD, Stage.FINISH);
        assertThat(exchange.termination()).isEqualTo(Termination.DENIED);
    }

    @Test
    void aFailureBecomesOneAnswer() {
        ProxyFailure refused =
                ProxyFailure.of(ProxyError.CONNECTION_REFUSED, ProxyFailure.Source.ORIGIN, "http://192.0.2.9");
        Promise<Verdict> asked = Promise.promise();
        run(proceeds(Stage.AUTHORISE), new Later(Stage.FORWARD, asked.future()), proceeds(Stage.REPLY));
        asked.fail(refused);
        assertThat(passed).endsWith(Stage.FORWARD, Stage.REPLY, Stage.RECORD, Stage.FINISH);
        assertThat(exchange.local()).isEqualTo(LocalAnswer.error(502, "connection_refused", "connection_refused"));
    }

    @Test
    void aFaultOfOursInAnyPhaseIsAnsweredAndRecordedOnce() {
        for (Stage broken : new Stage[] {Stage.AUTHORISE, Stage.FORWARD, Stage.REPLY}) {
            passed.clear();
            Function<Stage, Phase> each = stage -> new Now(stage, of -> {
                if (stage == broken) {
                    throw new IllegalStateException("a fault for the test");
                }
                return Verdict.PROCEED;
            });
            run(each.apply(Stage.AUTHORISE), each.apply(Stage.FORWARD), each.apply(Stage.REPLY));
            assertThat(passed).containsOnlyOnce(Stage.REPLY, Stage.RECORD, Stage.FINISH);
            assertThat(passed).endsWith(Stage.REPLY, Stage.RECORD, Stage.FINISH);
            assertThat(exchange.terminationReason()).isEqualTo(LocalReply.INTERNAL_ERROR);
            // Nothing that looks like an answer is left to be ended as if it were whole.
            assertThat(exchange.isAnswered()).isFalse();
        }
    }

    @Test
    void whoTakesAnExchangeOverEndsIt() {
        run(
                proceeds(Stage.AUTHORISE),
                new Later(Stage.FORWARD, Future.succeededFuture(Verdict.TAKEN_OVER)),
                proceeds(Stage.REPLY));
        assertThat(passed).containsExactly(Stage.READ_HEAD, Stage.AUTHORISE, Stage.FORWARD);
    }

    @Test
    void anExchangeIsRecordedOnce() {
        assertThat(exchange.claimRecord()).isTrue();
        assertThat(exchange.claimRecord()).isFalse();
    }

    @Test
    void noMoreExchangesComeInThanThereIsRoomFor() {
        OpenExchanges open = new OpenExchanges(1);
        Admit admit = new Admit(open);
        assertThat(admit.run(exchange)).isEqualTo(Verdict.PROCEED);
        Exchange second = Exchanges.any();
        assertThat(admit.run(second))
                .isEqualTo(new Verdict.Reply(new LocalAnswer(
                        503,
                        "exchange-limit",
                        "connection_limit_reached",
                        HeaderFields.of("Retry-After", "2"),
                        false,
                        Termination.FAILED)));
        open.leave(second);
        assertThat(open.count()).isEqualTo(1);
        open.leave(exchange);
        open.leave(exchange);
        assertThat(open.count()).isZero();
        assertThat(admit.run(second)).isEqualTo(Verdict.PROCEED);
    }
}
