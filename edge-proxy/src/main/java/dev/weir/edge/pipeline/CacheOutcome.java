package dev.weir.edge.pipeline;

import dev.weir.edge.cache.Fill;
import dev.weir.edge.cache.L1Entry;
import dev.weir.edge.cache.Seat;
import dev.weir.edge.cache.Shared;
import dev.weir.http.caching.CacheKey;
import dev.weir.http.caching.CacheRule;
import dev.weir.http.caching.CacheStatusField;
import dev.weir.http.caching.ForwardReason;
import dev.weir.runtime.config.ExchangeTimeouts;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the cache had to do with one exchange. Lives with its exchange. */
final class CacheOutcome {
    /** The word for log and metrics. */
    enum Word {
        /** The cache had nothing to do with it. */
        BYPASS("bypass"),
        /** Answered from what is stored. */
        HIT("hit"),
        /** Answered by what was fetched for another request, under way at the same time. */
        COLLAPSED("collapsed"),
        /** Nothing was stored that could be used. */
        MISS("miss"),
        /** What is stored was confirmed by the origin. */
        REVALIDATED("revalidated"),
        /** What is stored was used although it is stale. */
        STALE("stale"),
        /** What is stored was used although it is stale, because the origin can't be reached. */
        DISCONNECTED("disconnected");

        private final String token;

        Word(String token) {
            this.token = token;
        }

        String token() {
            return token;
        }
    }

    private static final String NAME = "weir";

    private Word word = Word.BYPASS;
    private CacheRule rule = CacheRule.NONE;
    private @Nullable CacheKey key;
    private @Nullable L1Entry entry;
    private @Nullable Fill fill;
    private @Nullable Seat seat;
    private @Nullable Shared told;
    private ForwardReason forwardReason = ForwardReason.BYPASS;
    private int forwardStatus;
    private boolean stored;
    private String detail = "";
    private long ttlSeconds;
    private boolean fromSharedTier;
    private @Nullable Buffer content;
    private Runnable whenOver = () -> {};
    private Duration waited = Duration.ZERO;

    /** The key, if the request may be answered from what is stored. */
    @Nullable
    CacheKey key() {
        return key;
    }

    void key(CacheKey value) {
        key = value;
    }

    /** The rule that holds, if there is a key, or for a POST. */
    CacheRule rule() {
        return rule;
    }

    void rule(CacheRule value) {
        rule = value;
    }

    /** Its name, where it has had a say, be it that a POST has changed nothing; empty if there is none. */
    String ruleName() {
        return key == null && !rule.cachesPost() ? "" : rule.name();
    }

    Word word() {
        return word;
    }

    /** What the look-up found that the origin must confirm; held until it is taken or released. */
    @Nullable
    L1Entry entry() {
        return entry;
    }

    @Nullable
    Fill fill() {
        return fill;
    }

    /** The place at the fetch that this exchange leads or has joined; null if there is none. */
    @Nullable
    Seat seat() {
        return seat;
    }

    void seat(Seat value) {
        seat = value;
    }

    /** What another fetch has come to, which left this exchange without an answer; null if nothing did. */
    @Nullable
    Shared told() {
        return told;
    }

    /** The fetch that this exchange has joined came to this, and isn't followed any further. */
    void released(Shared how) {
        told = how;
        leaveSeat();
    }

    /** The fetch that this exchange has joined has failed, and it enters another one. */
    void goesOn() {
        leaveSeat();
    }

    /** Now that it leads one, it has waited for so long for another. */
    void waited(Duration inVain) {
        waited = inVain;
    }

    /** What is left of {@code whole} after that. */
    ExchangeTimeouts left(ExchangeTimeouts whole) {
        return waited.isZero() ? whole : whole.withFirstByte(whole.firstByte().minus(waited));
    }

    /** Says to those who wait what the answer means to them, if this exchange leads; what was said first counts. */
    void resolve(Shared how) {
        if (seat != null && seat.leads()) {
            seat.resolve(how);
        }
    }

    /** Whatever answers this exchange is of no use to those who wait for its fetch. */
    void answersAlone() {
        resolve(Shared.ALONE);
    }

    private void leaveSeat() {
        if (seat != null) {
            seat.leave();
            seat = null;
        }
    }

    /** The content of the request, if it was taken whole for the key; null else. */
    @Nullable
    Buffer content() {
        return content;
    }

    void content(Buffer whole) {
        content = whole;
    }

    /** What is to be done when the exchange is over. */
    void onEnd(Runnable action) {
        whenOver = action;
    }

    /** The exchange is over: gives back all that is held, and keeps nobody waiting. */
    void end() {
        content = null;
        Runnable last = whenOver;
        whenOver = () -> {};
        last.run();
        release();
        answersAlone();
        leaveSeat();
    }

    /** Answered from what is stored. */
    void hit(Word how, long ttl) {
        word = how;
        ttlSeconds = ttl;
        detail = how == Word.DISCONNECTED ? how.token() : "";
    }

    /** Whether it was answered from what is stored, without a word of the origin. */
    boolean isHit() {
        return word == Word.HIT || word == Word.STALE || word == Word.DISCONNECTED;
    }

    /** Answered by another request's fetch, which was of this status. */
    void collapsed(ForwardReason reason, int status, long ttl) {
        word = Word.COLLAPSED;
        forwardReason = reason;
        forwardStatus = status;
        ttlSeconds = ttl;
    }

    /** To be asked of the origin. */
    void forward(Word how, ForwardReason reason) {
        word = how;
        forwardReason = reason;
    }

    void toConfirm(@Nullable L1Entry found, Fill granted) {
        entry = found;
        fill = granted;
    }

    /** What the origin answers is not kept. */
    void keepNothing() {
        fill = null;
        stored(false, "octets-behind");
    }

    /** What the look-up found came from the shared tier. */
    void fromSharedTier() {
        fromSharedTier = true;
    }

    /** Where the representation came from that the client gets. */
    String found() {
        if (word == Word.COLLAPSED) {
            return word.token();
        }
        if (isHit() || word == Word.REVALIDATED) {
            return fromSharedTier ? "l2" : "l1";
        }
        return "origin";
    }

    /** Whether the origin's answer is kept, as far as its head can tell. */
    boolean isStored() {
        return stored;
    }

    /** Why the origin was asked: the word of Cache-Status; empty if it wasn't, or not for want of something stored. */
    String forwardedFor() {
        return isHit() || key == null ? "" : forwardReason.token();
    }

    /** Why nothing was stored, or why the cache had nothing to do with it; empty if there is nothing to say. */
    String reason() {
        if (isHit() || stored || word == Word.REVALIDATED || word == Word.COLLAPSED) {
            return "";
        }
        return key != null ? detail : forwardReason == ForwardReason.BYPASS ? "" : forwardReason.token();
    }

    /** How long the answer stays fresh, in seconds; of what is stored. */
    long ttlSeconds() {
        return ttlSeconds;
    }

    void forwarded(int status) {
        forwardStatus = status;
    }

    void stored(boolean kept, String why) {
        stored = kept;
        detail = why;
    }

    /** What was held is somebody else's now. */
    void take() {
        entry = null;
    }

    /** Gives back what was held and not used. */
    void release() {
        if (entry != null) {
            entry.release();
            entry = null;
        }
    }

    /** What there is to say besides: the rule that holds, and why nothing was stored. */
    private String detail() {
        String name = ruleName();
        return name.isEmpty() ? detail : detail.isEmpty() ? "rule:" + name : "rule:" + name + ':' + detail;
    }

    /** The member of Cache-Status that tells of it (RFC 9211). */
    String field() {
        CacheStatusField field;
        if (isHit()) {
            field = CacheStatusField.hit(NAME).ttl(ttlSeconds);
        } else if (word == Word.COLLAPSED) {
            field = CacheStatusField.forwarded(NAME, forwardReason);
            field = forwardStatus > 0 ? field.forwardStatus(forwardStatus) : field;
            field = field.ttl(ttlSeconds).collapsed();
        } else if (word == Word.REVALIDATED) {
            field = CacheStatusField.forwarded(NAME, forwardReason)
                    .forwardStatus(304)
                    .ttl(ttlSeconds);
        } else {
            field = CacheStatusField.forwarded(NAME, forwardReason);
            field = forwardStatus > 0 ? field.forwardStatus(forwardStatus) : field;
            field = stored ? field.stored() : field;
        }
        String said = detail();
        return (said.isEmpty() ? field : field.detail(said)).toString();
    }
}
