package dev.weir.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.contracts.Address;
import dev.weir.contracts.Codec;
import dev.weir.contracts.Topic;
import dev.weir.contracts.WireReader;
import dev.weir.contracts.WireWriter;

/** What both forms of the bus are tried with. */
final class BusWords {
    record Words(String text) {
        static final Codec<Words> CODEC = new Codec<>() {
            @Override
            public void encode(Words message, WireWriter out) {
                out.text(message.text());
            }

            @Override
            public Words decode(WireReader in) {
                return new Words(in.text());
            }
        };
    }

    static final Address<Words, Words> SHOUT = new Address<>("test.shout", Words.CODEC, Words.CODEC);
    static final Address<Words, Words> BROKEN = new Address<>("test.broken", Words.CODEC, Words.CODEC);
    static final Topic<Words> NEWS = new Topic<>("test.news", Words.CODEC);

    private BusWords() {}

    static BusException.Kind kind(Throwable failure) {
        assertThat(failure).isInstanceOf(BusException.class);
        return ((BusException) failure).kind();
    }
}
