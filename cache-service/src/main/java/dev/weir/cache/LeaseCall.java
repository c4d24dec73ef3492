package dev.weir.cache;

import dev.weir.contracts.cache.Lease;
import dev.weir.contracts.cache.LeasesHeld;
import dev.weir.contracts.cache.LeasesLost;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One call of the script that renews leases and takes them back. */
final class LeaseCall {
    private final String instance;
    private final List<String> keys = new ArrayList<>();
    private final List<Long> tokens = new ArrayList<>();
    private final List<Long> nameless = new ArrayList<>();
    private final int renewed;

    LeaseCall(LeasesHeld leases) {
        instance = leases.instance();
        nameless.addAll(take(leases.held()));
        renewed = keys.size();
        var unused = take(leases.over());
    }

    /** Takes those of a sound name, and gives the tokens of the others. */
    private List<Long> take(List<Lease> leases) {
        List<Long> others = new ArrayList<>();
        for (Lease lease : leases) {
            Optional<LeaseName> name = LeaseName.parse(lease.name());
            if (name.isPresent()) {
                keys.add(RedisKeys.ofLease(name.get()));
                tokens.add(lease.token());
            } else {
                others.add(lease.token());
            }
        }
        return others;
    }

    List<String> keys() {
        return keys;
    }

    List<Object> arguments() {
        List<Object> arguments = new ArrayList<>(List.of(instance, ResponseStore.LEASE.toMillis(), renewed));
        arguments.addAll(tokens);
        return arguments;
    }

    /** Those that were lost, by the places that the script gave. */
    LeasesLost lost(Iterable<Response> places) {
        List<Long> lost = new ArrayList<>(nameless);
        places.forEach(place -> lost.add(tokens.get(place.toInteger() - 1)));
        return new LeasesLost(lost);
    }
}
