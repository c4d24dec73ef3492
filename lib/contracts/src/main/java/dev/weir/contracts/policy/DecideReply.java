package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/**
 * A verdict.
 *
 * @param outcome what to do
 * @param status of the answer, if it is not allowed
 * @param location where to, if it is redirected; else empty
 * @param rule name of the rule; empty for the default
 * @param pair the revision that said so
 */
public record DecideReply(Outcome outcome, int status, String location, String rule, SequencePair pair) {
    /** The wire form. */
    public static final Codec<DecideReply> CODEC = new Codec<>() {
        @Override
        public void encode(DecideReply message, WireWriter out) {
            out.word(message.outcome())
                    .int32(message.status())
                    .text(message.location())
                    .text(message.rule())
                    .pair(message.pair());
        }

        @Override
        public DecideReply decode(WireReader in) {
            return new DecideReply(in.word(Outcome.values()), in.int32(), in.text(), in.text(), in.pair());
        }
    };

    /** What to do with the request. Constants are only ever appended. */
    public enum Outcome {
        /** Go on. */
        ALLOW,
        /** Answer with the status. */
        DENY,
        /** Send elsewhere. */
        REDIRECT,
        /** Go on, and ask again when the response's head is there. */
        AWAIT_RESPONSE,
        /** There is no revision yet. */
        UNKNOWN
    }
}
