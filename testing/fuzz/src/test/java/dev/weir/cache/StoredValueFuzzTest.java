package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.fuzz.Bound;
import dev.weir.fuzz.Texts;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Values as they lie in Redis, and what purges name. */
class StoredValueFuzzTest {
    @FuzzTest
    void values(byte[] data) {
        Optional<StoredValue> foreign = read(Buffer.buffer(data));
        foreign.ifPresent(StoredValueFuzzTest::readsAgain);
        // And with the right sum, as if somebody had written it so.
        Buffer summed = Buffer.buffer().appendByte((byte) 1).appendInt(0).appendBytes(data);
        CRC32C sum = new CRC32C();
        sum.update(data);
        Optional<StoredValue> read = read(summed.setInt(1, (int) sum.getValue()));
        read.ifPresent(StoredValueFuzzTest::readsAgain);
        if (read.isPresent() && data.length > 0) {
            Buffer torn = summed.copy();
            torn.setByte(5 + data.length / 2, (byte) ~torn.getByte(5 + data.length / 2));
            assertThat(read(torn)).isEmpty();
        }
    }

    @FuzzTest
    void purges(byte[] data) {
        String text = Texts.octets(data);
        PurgeScope.url(text).ifPresent(url -> {
            assertThat(PurgeScope.url(url.subject())).contains(url);
            assertThat(url.subject()).matches("https?://[a-z0-9._~:\\[\\]-]+/[!-~]*");
        });
        PurgeScope.parse(text)
                .ifPresent(
                        scope -> assertThat(PurgeScope.parse(scope.toString())).contains(scope));
    }

    private static Optional<StoredValue> read(Buffer value) {
        try {
            return Optional.of(Bound.allocation(value.length(), 500, () -> StoredValue.read(value)));
        } catch (StoreException none) {
            return Optional.empty();
        }
    }

    private static void readsAgain(StoredValue value) {
        Buffer written = value.toBytes();
        StoredValue again = StoredValue.read(written);
        assertThat(again.toBytes()).isEqualTo(written);
        assertThat(value.isSelectedBy(HeaderFields.empty())).isEqualTo(again.isSelectedBy(HeaderFields.empty()));
    }
}
