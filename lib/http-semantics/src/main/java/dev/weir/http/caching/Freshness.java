package dev.weir.http.caching;

import dev.weir.http.FieldSyntax;
import dev.weir.http.HeaderFields;
import dev.weir.http.HttpDate;
import dev.weir.http.Precondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a stored response is fresh, and how old it is (RFC 9111 §4.2): all that {@link Reuse} needs of it, computed
 * once when it is stored.
 *
 * @param lifetimeSeconds its freshness lifetime
 * @param basis what the lifetime comes from
 * @param initialAgeMillis its age when it was received
 * @param responseTime when it was received
 * @param directives its Cache-Control, or the targeted field that counts instead
 * @param validatable whether it has something to validate with
 */
public record Freshness(
        long lifetimeSeconds,
        Basis basis,
        long initialAgeMillis,
        Instant responseTime,
        CacheDirectives directives,
        boolean validatable) {
    private static final long LONGEST_HEURISTIC_SECONDS = 24 * 60 * 60;

    /** What a lifetime comes from. */
    public enum Basis {
        /** The directive s-maxage. */
        S_MAXAGE("s-maxage"),
        /** The directive max-age. */
        MAX_AGE("max-age"),
        /** The field Expires. */
        EXPIRES("expires"),
        /** A tenth of the time since the last modification, one day at most (RFC 9111 §4.2.2). */
        HEURISTIC("heuristic"),
        /** A rule of the operator. */
        RULE("rule"),
        /** Nothing: the lifetime is zero. */
        NONE("none");

        private final String token;

        Basis(String token) {
            this.token = token;
        }

        /** The word for logs and debug fields. */
        public String token() {
            return token;
        }

        /** Whether somebody said how long. */
        public boolean isExplicit() {
            return this == S_MAXAGE || this == MAX_AGE || this == EXPIRES || this == RULE;
        }
    }

    /** The freshness of a stored response in a shared cache for which no rule and no targeted field counts. */
    public static Freshness of(StoredHead head) {
        return of(head, CacheRule.NONE);
    }

    /** What counts of what the origin says: a targeted field, or Cache-Control. */
    static CacheDirectives directives(HeaderFields fields, CacheRule rule) {
        return rule.responseDirectives(
                rule.targets().directives(fields).orElseGet(() -> CacheDirectives.ofResponse(fields)));
    }

    /** The freshness of a stored response in a shared cache. */
    public static Freshness of(StoredHead head, CacheRule rule) {
        HeaderFields fields = head.fields();
        Optional<CacheDirectives> targeted = rule.targets().directives(fields);
        CacheDirectives directives =
                rule.responseDirectives(targeted.orElseGet(() -> CacheDirectives.ofResponse(fields)));
        boolean validatable = head.hasValidator();
        Basis basis;
        long lifetime;
        if (directives.has(Directive.S_MAXAGE)) {
            basis = Basis.S_MAXAGE;
            lifetime = directives.secondsOr(Directive.S_MAXAGE, 0);
        } else if (directives.has(Directive.MAX_AGE)) {
            basis = Basis.MAX_AGE;
            lifetime = directives.secondsOr(Directive.MAX_AGE, 0);
        } else if (targeted.isEmpty() && fields.contains("Expires")) {
            basis = Basis.EXPIRES;
            lifetime = untilExpiry(head);
        } else {
            lifetime = heuristic(head, directives);
            basis = lifetime > 0 ? Basis.HEURISTIC : Basis.NONE;
        }
        long ageMillis = head.initialAgeMillis();
        LifetimeRule wanted = rule.lifetime(head.status());
        if (!wanted.isNone()) {
            long said = lifetime;
            boolean explicit = basis.isExplicit();
            lifetime = wanted.apply(said, explicit, (ageMillis + 999) / 1000);
            basis = lifetime != said || wanted.decides(explicit) ? Basis.RULE : basis;
        }
        return new Freshness(
                lifetime, basis, ageMillis, head.responseTime(), rule.storedDirectives(directives), validatable);
    }

    /**
     * The same freshness for a response whose age was measured by another node: its age is {@code age} at {@code now} by
     * the clock here, so that the clocks of the two need not agree.
     */
    public Freshness withAge(Duration age, Instant now) {
        return new Freshness(lifetimeSeconds, basis, Math.max(0, age.toMillis()), now, directives, validatable);
    }

    /** The age; {@link #withAge} takes it on another node. */
    public Duration age(Instant now) {
        return Duration.ofMillis(ageMillis(now));
    }

    /** The age in whole seconds: what Age says in an answer (RFC 9111 §4.2.3, current_age). */
    public long ageSeconds(Instant now) {
        return ageMillis(now) / 1000;
    }

    /** The seconds that it stays fresh, rounded down; negative once it is stale for a second or more. */
    public long remainingSeconds(Instant now) {
        return Math.floorDiv(lifetimeSeconds * 1000 - ageMillis(now), 1000L);
    }

    /** Whether it is fresh: its lifetime is greater than its age. */
    public boolean isFresh(Instant now) {
        return lifetimeSeconds * 1000 > ageMillis(now);
    }

    /** Whether it may be used without asking the origin: it is fresh, and the origin doesn't want to be asked each time. */
    public boolean isUsableUnasked(Instant now) {
        return isFresh(now) && !directives.has(Directive.NO_CACHE);
    }

    /** How long it has been stale, in milliseconds; not positive while it is fresh. */
    long stalenessMillis(Instant now) {
        return ageMillis(now) - lifetimeSeconds * 1000;
    }

    long ageMillis(Instant now) {
        return initialAgeMillis + Math.max(0, now.toEpochMilli() - responseTime.toEpochMilli());
    }

    /** Whether a status allows a heuristic lifetime (RFC 9110 §15.1). */
    public static boolean isHeuristicallyCacheable(int status) {
        return switch (status) {
            case 200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501 -> true;
            default -> false;
        };
    }

    /** Expires less Date; zero if Expires is no date or said twice differently (RFC 9111 §4.2.1, §5.3). */
    private static long untilExpiry(StoredHead head) {
        List<String> lines = head.fields().all("Expires");
        String first = FieldSyntax.trim(lines.get(0));
        for (int i = 1; i < lines.size(); i++) {
            if (!FieldSyntax.trim(lines.get(i)).equals(first)) {
                return 0;
            }
        }
        Optional<Instant> expires = HttpDate.parse(first, head.responseTime());
        return expires.isEmpty()
                ? 0
                : Math.max(0, expires.get().getEpochSecond() - head.date().getEpochSecond());
    }

    private static long heuristic(StoredHead head, CacheDirectives directives) {
        if (!isHeuristicallyCacheable(head.status()) && !directives.has(Directive.PUBLIC)) {
            return 0;
        }
        Optional<Instant> modified = Precondition.date(head.fields(), "Last-Modified", head.responseTime());
        if (modified.isEmpty()) {
            return 0;
        }
        long unchangedSeconds = head.date().getEpochSecond() - modified.get().getEpochSecond();
        return Math.max(0, Math.min(LONGEST_HEURISTIC_SECONDS, unchangedSeconds / 10));
    }
}
