package dev.weir.contracts.policy;

import dev.weir.contracts.Codec;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;
import java.util.List;

/**
 * Whether a policy is in force now.
 *
 * @param accepted false: the old one stays
 * @param problems file:line:column, cause, suggestion
 * @param pair the revision in force
 */
public record PublishReply(boolean accepted, List<String> problems, SequencePair pair) {
    /** The wire form. */
    public static final Codec<PublishReply> CODEC = new Codec<>() {
        @Override
        public void encode(PublishReply message, WireWriter out) {
            out.bool(message.accepted())
                    .list(message.problems(), WireWriter::text)
                    .pair(message.pair());
        }

        @Override
        public PublishReply decode(WireReader in) {
            return new PublishReply(in.bool(), in.list(WireReader::text), in.pair());
        }
    };

    /** Copies its collections. */
    public PublishReply {
        problems = List.copyOf(problems);
    }
}
