package dev.weir.cache;

import dev.weir.contracts.cache.Holder;
import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeaseLookupReply;
import dev.weir.contracts.cache.LeaseWish;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Leases in this process. Confined to one context. */
final class MemoryLeases {
    private static final int MOST = 100_000;

    private final PurgeSequence purges;
    private final Map<LeaseName, Held> held = new HashMap<>();
    private long lastToken;

    /**
     * A lease that somebody holds.
     *
     * @param purges the number of the newest when it was given
     */
    private record Held(Holder holder, long purges, long untilMillis) {}

    MemoryLeases(PurgeSequence purges) {
        this.purges = purges;
    }

    /** A lease, or word of who holds it. */
    LeaseLookupReply ask(LeaseName name, String url, LeaseWish wish, long now) {
        Held present = at(name, now);
        Lease own = new Lease(name.toString(), ++lastToken);
        if (present != null
                && !present.holder().node().equals(wish.node())
                && present.holder().token() != wish.lost()
                && !purges.mayConcern(url, present.purges())) {
            return new LeaseLookupReply.Follow(present.holder(), own, purges.newest());
        }
        if (present == null && !hasRoom(now)) {
            return new LeaseLookupReply.Unleased(purges.newest());
        }
        Holder holder = new Holder(wish.node(), wish.instance(), wish.address(), own.token());
        held.put(name, new Held(holder, purges.newest().number(), until(now)));
        return new LeaseLookupReply.Granted(own, purges.newest());
    }

    /** Renews some, and takes others back. */
    LeasesLost take(LeasesHeld leases, long now) {
        List<Long> lost = new ArrayList<>();
        for (Lease lease : leases.held()) {
            LeaseName name = LeaseName.parse(lease.name()).orElse(null);
            Held present = name == null ? null : of(name, lease.token(), leases.instance(), now);
            if (name == null || present == null) {
                lost.add(lease.token());
            } else {
                held.put(name, new Held(present.holder(), present.purges(), until(now)));
            }
        }
        for (Lease lease : leases.over()) {
            LeaseName.parse(lease.name()).ifPresent(name -> {
                if (of(name, lease.token(), leases.instance(), now) != null) {
                    held.remove(name);
                }
            });
        }
        return new LeasesLost(lost);
    }

    /** Ends a lease if this is its token; whether somebody else holds it, under a later one. */
    boolean isOvertaken(LeaseName name, long token, long now) {
        Held present = at(name, now);
        if (present != null && present.holder().token() == token) {
            held.remove(name);
        }
        return present != null && present.holder().token() > token;
    }

    private @Nullable Held of(LeaseName name, long token, String instance, long now) {
        Held present = at(name, now);
        return present != null
                        && present.holder().token() == token
                        && present.holder().instance().equals(instance)
                ? present
                : null;
    }

    private @Nullable Held at(LeaseName name, long now) {
        Held present = held.get(name);
        return present != null && present.untilMillis() > now ? present : null;
    }

    private boolean hasRoom(long now) {
        if (held.size() >= MOST) {
            held.values().removeIf(each -> each.untilMillis() <= now);
        }
        return held.size() < MOST;
    }

    private static long until(long now) {
        return now + ResponseStore.LEASE.toMillis();
    }
}
