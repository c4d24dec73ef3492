package dev.weir.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.weir.contracts.SequencePair;
import dev.weir.contracts.cache.CacheStore;
import dev.weir.contracts.cache.CacheStoreReply.Outcome;
import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookup;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseLookupReply.Follow;
import dev.weir.contracts.cache.LeaseLookupReply.Granted;
import dev.weir.contracts.cache.LeaseLookupReply.Stored;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import dev.weir.http.HeaderFields;
import dev.weir.http.caching.PurgeScope;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does with leases. */
abstract class LeaseContract extends StoreContract {
    private static final String URL = "http://site/a";
    private static final String KEY = "zone " + URL;

    /** Has all leases end that aren't renewed. */
    abstract void letLeasesEnd() throws Exception;

    @Test
    void oneAsksAndTheOthersAreSentToIt() throws Exception {
        Granted first = granted(ask("one"));
        assertThat(first.lease().token()).isPositive();
        assertThat(first.purges()).isEqualTo(newest());
        Follow second = followed(ask("two"));
        assertThat(second.holder())
                .isEqualTo(new Holder("one", "i-one", "one:15702", first.lease().token()));
        Follow third = followed(ask("three"));
        assertThat(third.holder()).isEqualTo(second.holder());
        assertThat(List.of(
                        first.lease().token(), second.own().token(), third.own().token()))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(second.own().name()).isEqualTo(first.lease().name());
    }

    @Test
    void ofThoseWhoAskAtOnceOneAsksTheOrigin() throws Exception {
        List<LeaseLookupReply> replies = new ArrayList<>();
        call(() -> {
            List<Future<LeaseLookupReply>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(store().lookup(lookup("", "edge-" + i, 0, 0), URL).onSuccess(replies::add));
            }
            return Future.all(all).mapEmpty();
        });
        assertThat(replies).hasSize(50);
        assertThat(replies.stream().filter(Granted.class::isInstance)).hasSize(1);
        assertThat(replies.stream().filter(Follow.class::isInstance)).hasSize(49);
    }

    @Test
    void groupsAndKeysHaveLeasesOfTheirOwn() throws Exception {
        assertThat(ask("one", "a", 0)).isInstanceOf(Granted.class);
        assertThat(ask("two", "b", 0)).isInstanceOf(Granted.class);
        assertThat(ask("three", "a", 0))
                .isInstanceOfSatisfying(
                        Follow.class, told -> assertThat(told.holder().node()).isEqualTo("one"));
        LeaseLookup otherZone = new LeaseLookup(
                "other " + URL, HeaderFields.empty(), new LeaseWish("a", "three", "i", "three:1", 0, 0));
        assertThat(call(() -> store().lookup(otherZone, URL))).isInstanceOf(Granted.class);
    }

    @Test
    void whoeverSaysFirstThatTheHolderIsLostTakesItsPlace() throws Exception {
        long lost = granted(ask("one")).lease().token();
        Granted next = granted(ask("two", "", lost));
        assertThat(next.lease().token()).isGreaterThan(lost);
        assertThat(followed(ask("three", "", lost)).holder())
                .isEqualTo(new Holder("two", "i-two", "two:15702", next.lease().token()));
    }

    /** Its earlier fetch isn't joined any more, or was of an earlier life. */
    @Test
    void nobodyIsSentToItself() throws Exception {
        Granted first = granted(ask("one"));
        Granted again = granted(ask("one"));
        assertThat(again.lease().token()).isGreaterThan(first.lease().token());
        assertThat(followed(ask("two")).holder().token())
                .isEqualTo(again.lease().token());
    }

    @Test
    void aLeaseThatIsNotRenewedEnds() throws Exception {
        Granted first = granted(ask("one"));
        letLeasesEnd();
        assertThat(renew("one", first.lease())).containsExactly(first.lease().token());
        assertThat(ask("two")).isInstanceOf(Granted.class);
    }

    @Test
    void renewingSaysWhichAreLost() throws Exception {
        Lease mine = granted(ask("one")).lease();
        Lease replaced = granted(ask("one", "other", 0)).lease();
        assertThat(ask("two", "other", replaced.token())).isInstanceOf(Granted.class);
        Lease nonsense = new Lease("x", 77);
        assertThat(renew("one", replaced, mine, nonsense))
                .containsExactlyInAnyOrder(replaced.token(), nonsense.token());
        assertThat(renew("two", mine)).containsExactly(mine.token());
        assertThat(renew("one")).isEmpty();
        assertThat(ask("two")).isInstanceOf(Follow.class);
    }

    @Test
    void aLeaseIsGivenBackByItsHolderAlone() throws Exception {
        Lease mine = granted(ask("one")).lease();
        giveBack("two", mine, new Lease("x", 1));
        giveBack("one", new Lease(mine.name(), mine.token() + 1));
        assertThat(ask("two")).isInstanceOf(Follow.class);
        giveBack("one", mine);
        assertThat(ask("two")).isInstanceOf(Granted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"url http://site/a", "tag t", "prefix http://site/", "all", "tag t soft"})
    void nobodyIsSentToWhoHasAskedBeforeAPurge(String purge) throws Exception {
        boolean soft = purge.endsWith(" soft");
        PurgeScope scope = PurgeScope.parse(soft ? purge.substring(0, purge.length() - 5) : purge)
                .orElseThrow();
        Granted before = granted(ask("one"));
        call(() -> store().purge(scope, soft));
        Granted after = granted(ask("two"));
        assertThat(after.purges()).isEqualTo(newest());
        assertThat(followed(ask("three")).holder().token())
                .isEqualTo(after.lease().token());
        assertThat(renew("one", before.lease())).containsExactly(before.lease().token());
    }

    @Test
    void aPurgeOfAnotherUrlConcernsNoLease() throws Exception {
        assertThat(ask("one")).isInstanceOf(Granted.class);
        call(() -> store().purge(PurgeScope.url("http://site/b").orElseThrow(), false));
        assertThat(ask("two")).isInstanceOf(Follow.class);
    }

    @Test
    void whatIsStoredIsFoundAndEndsTheLease() throws Exception {
        Granted first = granted(ask("one"));
        assertThat(keep(first, "first")).isEqualTo(Outcome.STORED);
        Stored found = (Stored) ask("two");
        assertThat(found.hit().body().toString()).isEqualTo("first");
        assertThat(found.purges()).isEqualTo(newest());
        assertThat(renew("one", first.lease())).containsExactly(first.lease().token());
    }

    /** As when it is stale, and has to be asked for again. */
    @Test
    void whatIsOfNoUseIsPassedOver() throws Exception {
        assertThat(keep(granted(ask("one")), "stale")).isEqualTo(Outcome.STORED);
        Stored found = (Stored) ask("two");
        Granted anew = granted(ask("two", found.serial()));
        assertThat(ask("three", found.serial())).isInstanceOf(Follow.class);
        assertThat(((Stored) ask("three")).serial()).isEqualTo(found.serial());
        assertThat(keep(anew, "fresh")).isEqualTo(Outcome.STORED);
        Stored next = (Stored) ask("three", found.serial());
        assertThat(next.hit().body().toString()).isEqualTo("fresh");
        assertThat(next.serial()).isGreaterThan(found.serial());
    }

    /** Tokens of what is stored first and second; what has none came first, too. */
    @ParameterizedTest
    @CsvSource({
        "1, 2, STORED, second",
        "2, 1, LATE, first",
        "1, 1, STORED, second",
        "0, 1, STORED, second",
        "1, 0, STORED, second"
    })
    void whatWasAskedForLaterStays(long first, long second, Outcome outcome, String stays) throws Exception {
        assertThat(keep(response(KEY, first, 1_000, "first"))).isEqualTo(Outcome.STORED);
        assertThat(keep(response(KEY, second, 500, "second"))).isEqualTo(outcome);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo(stays);
    }

    /** It was asked for before the origin began to tell clients apart. */
    @Test
    void whatWasAskedForEarlierDoesNotHideWhatSelectsOtherwise() throws Exception {
        assertThat(keep(varying(6, "de"))).isEqualTo(Outcome.STORED);
        assertThat(keep(response(KEY, 5, 0, "for all"))).isEqualTo(Outcome.LATE);
        assertThat(keep(response(KEY, 7, 0, "for all"))).isEqualTo(Outcome.STORED);
    }

    @Test
    void serialsGrowOverPurges() throws Exception {
        assertThat(keep(granted(ask("one")), "first")).isEqualTo(Outcome.STORED);
        Stored first = (Stored) ask("two");
        call(() -> store().purge(PurgeScope.url(URL).orElseThrow(), false));
        assertThat(keep(granted(ask("one")), "second")).isEqualTo(Outcome.STORED);
        assertThat(((Stored) ask("two", first.serial())).hit().body().toString())
                .isEqualTo("second");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 0", "0, 0"})
    void withoutATokenWhatCameLaterStays(long first, long second) throws Exception {
        assertThat(keep(response(KEY, first, 1_000, "first"))).isEqualTo(Outcome.STORED);
        assertThat(keep(response(KEY, second, 50_000, "second"))).isEqualTo(Outcome.LATE);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("first");
    }

    @Test
    void variantsAndKeysAreLateEachForThemselves() throws Exception {
        assertThat(keep(varying(9, "de"))).isEqualTo(Outcome.STORED);
        assertThat(keep(varying(2, "en"))).isEqualTo(Outcome.STORED);
        assertThat(keep(varying(3, "de"))).isEqualTo(Outcome.LATE);
        assertThat(keep(response("other " + URL, 1, 0, "x"))).isEqualTo(Outcome.STORED);
    }

    @Test
    void whatIsAskedForByALaterOneIsNotStoredByTheOneBefore() throws Exception {
        Granted lost = granted(ask("one"));
        Granted next = granted(ask("two", "", lost.lease().token()));
        assertThat(keep(lost, "lost")).isEqualTo(Outcome.LATE);
        assertThat(ask("three")).isInstanceOf(Follow.class);
        assertThat(keep(next, "next")).isEqualTo(Outcome.STORED);
        assertThat(keep(lost, "lost")).isEqualTo(Outcome.LATE);
        assertThat(hit(KEY, URL, HeaderFields.empty()).body().toString()).isEqualTo("next");
    }

    /** It went by itself, and came before the one it was sent to. */
    @Test
    void whoWasToldToFollowStoresUnderATokenOfItsOwn() throws Exception {
        Granted first = granted(ask("one"));
        Follow second = followed(ask("two"));
        assertThat(keepAs(
                        response(KEY, second.own().token(), 0, "second"),
                        second.own().name()))
                .isEqualTo(Outcome.STORED);
        assertThat(keep(first, "first")).isEqualTo(Outcome.LATE);
    }

    @Test
    void aLeaseIsOverWhateverBecomesOfWhatItsHolderStores() throws Exception {
        Granted first = granted(ask("one"));
        call(() -> store().purge(PurgeScope.ALL, false));
        assertThat(keep(first, "x")).isEqualTo(Outcome.PURGED);
        assertThat(renew("one", first.lease())).containsExactly(first.lease().token());
    }

    @Test
    void aLeaseOfAnotherUrlIsLeftAlone() throws Exception {
        Granted first = granted(ask("one"));
        String other = "http://site/b";
        CacheStore stored = response("zone " + other, other, first.lease().token(), 0, "x");
        assertThat(keepAs(stored, first.lease().name())).isEqualTo(Outcome.STORED);
        assertThat(renew("one", first.lease())).isEmpty();
    }

    LeaseLookupReply ask(String node) throws Exception {
        return ask(node, "", 0);
    }

    LeaseLookupReply ask(String node, String group, long lost) throws Exception {
        return call(() -> store().lookup(lookup(group, node, lost, 0), URL));
    }

    private LeaseLookupReply ask(String node, long beyond) throws Exception {
        return call(() -> store().lookup(lookup("", node, 0, beyond), URL));
    }

    static LeaseLookup lookup(String group, String node, long lost, long beyond) {
        LeaseWish wish = new LeaseWish(group, node, "i-" + node, node + ":15702", lost, beyond);
        return new LeaseLookup(KEY, HeaderFields.empty(), wish);
    }

    static Granted granted(LeaseLookupReply reply) {
        assertThat(reply).isInstanceOf(Granted.class);
        return (Granted) reply;
    }

    static Follow followed(LeaseLookupReply reply) {
        assertThat(reply).isInstanceOf(Follow.class);
        return (Follow) reply;
    }

    List<Long> renew(String node, Lease... leases) throws Exception {
        LeasesLost lost = call(() -> store().leases(new LeasesHeld(node, "i-" + node, List.of(leases), List.of())));
        return lost.tokens();
    }

    private void giveBack(String node, Lease... leases) throws Exception {
        LeasesHeld over = new LeasesHeld(node, "i-" + node, List.of(), List.of(leases));
        assertThat(call(() -> store().leases(over)).tokens()).isEmpty();
    }

    @CanIgnoreReturnValue
    Outcome keep(Granted granted, String body) throws Exception {
        CacheStore stored = response(KEY, URL, granted.lease().token(), 0, body);
        return keepAs(began(stored, granted.purges()), granted.lease().name());
    }

    private Outcome keepAs(CacheStore response, String lease) throws Exception {
        return call(() -> store().store(response, lease));
    }

    private CacheStore response(String key, long token, long residentMillis, String body) throws Exception {
        return response(key, URL, token, residentMillis, body);
    }

    private CacheStore response(String key, String url, long token, long residentMillis, String body) throws Exception {
        return new CacheStore(
                key,
                url,
                List.of(),
                HeaderFields.empty(),
                200,
                HeaderFields.empty(),
                0,
                residentMillis,
                60_000,
                token,
                newest(),
                Buffer.buffer(body));
    }

    private CacheStore varying(long token, String language) throws Exception {
        return new CacheStore(
                KEY,
                URL,
                List.of("accept-language"),
                HeaderFields.of("accept-language", language),
                200,
                HeaderFields.of("Vary", "accept-language"),
                0,
                0,
                60_000,
                token,
                newest(),
                Buffer.buffer(language));
    }

    private static CacheStore began(CacheStore r, SequencePair purges) {
        return new CacheStore(
                r.key(),
                r.url(),
                r.varyNames(),
                r.selecting(),
                r.status(),
                r.fields(),
                r.responseDelayMillis(),
                r.residentMillis(),
                r.keepMillis(),
                r.token(),
                purges,
                r.body());
    }
}
