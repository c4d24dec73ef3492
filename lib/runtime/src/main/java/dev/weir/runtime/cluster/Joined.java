package dev.weir.runtime.cluster;

import com.hazelcast.cluster.Member;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;

/**
 * One membership, from join to loss. Nothing of it is of use afterwards.
 *
 * @param vertx the clustered instance
 * @param manager its view of the cluster
 * @param context its one event loop; all use of its bus happens there
 */
record Joined(Vertx vertx, HazelcastClusterManager manager, Context context) {
    /** Whether Hazelcast still runs, and somebody holds data: a lone edge is in a cluster of its own, which is none. */
    boolean isWhole() {
        try {
            return manager.isActive()
                    && manager.getHazelcastInstance().getLifecycleService().isRunning()
                    && manager.getHazelcastInstance().getCluster().getMembers().stream()
                            .anyMatch(member -> !member.isLiteMember());
        } catch (RuntimeException stopping) {
            return false;
        }
    }

    /** How many members the cluster has, this one included. */
    int members() {
        try {
            return manager.getHazelcastInstance().getCluster().getMembers().size();
        } catch (RuntimeException stopping) {
            return 0;
        }
    }

    /** Names of the members, for the log. */
    String memberNames() {
        return String.join(
                ", ",
                manager.getHazelcastInstance().getCluster().getMembers().stream()
                        .map(Joined::name)
                        .sorted()
                        .toList());
    }

    private static String name(Member member) {
        String node = member.getAttribute("node");
        return node == null ? member.getAddress().toString() : node;
    }

    /** Who is registered for an address, as the cluster knows it. */
    io.vertx.core.Future<List<RegistrationInfo>> registrations(String address) {
        Promise<List<RegistrationInfo>> promise = Promise.promise();
        manager.getRegistrations(address, promise);
        return promise.future();
    }

    /** Ends Hazelcast at once, when closing in order has not come to an end. */
    void terminate() {
        try {
            manager.getHazelcastInstance().getLifecycleService().terminate();
        } catch (RuntimeException alreadyGone) {
            // Nothing is left to end.
        }
    }
}
