package dev.weir.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.caching.Reuse;
import dev.weir.http.caching.Storability;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CacheWordsTest {
    @ParameterizedTest
    @EnumSource
    void everyReasonNotToStoreHasAMeaning(Storability.Reason reason) {
        assertThat(CacheWords.isKnown(reason.token())).as(reason.token()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void everyReasonNotToUseHasAMeaning(Reuse.Reason reason) {
        assertThat(CacheWords.isKnown(reason.token())).as(reason.token()).isTrue();
    }
}
