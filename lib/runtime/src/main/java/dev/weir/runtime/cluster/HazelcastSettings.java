package dev.weir.runtime.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import dev.weir.runtime.config.ClusterConfig;
import dev.weir.settings.HostPort;

/**
 * Hazelcast as Weir wants it: members named or found by DNS, never by multicast; no phoning home; a filter on what is
 * deserialised; a member is out after 5 s of silence. A new object for each attempt to join.
 */
final class HazelcastSettings {
    static final int HEARTBEAT_SECONDS = 5;
    /** All members of a cluster must agree on it; the usual 271 are for much data, and ours is little. */
    private static final String PARTITIONS = "71";

    private HazelcastSettings() {}

    static {
        // Hazelcast's first lines come before it has read any configuration.
        if (System.getProperty("hazelcast.logging.type") == null) {
            System.setProperty("hazelcast.logging.type", "slf4j");
        }
    }

    static Config of(ClusterConfig cluster, ClusterIdentity identity, String publicHost) {
        Config config = new Config();
        config.setClusterName("weir");
        config.setLiteMember(!identity.holdsData());
        config.getMemberAttributeConfig().setAttribute("node", identity.nodeName());
        properties(config, cluster);
        network(config.getNetworkConfig(), cluster, publicHost);
        JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
        filter.getWhitelist().addPrefixes("io.vertx.", "com.hazelcast.", "java.lang.", "java.util.");
        config.getSerializationConfig().setJavaSerializationFilterConfig(filter);
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(1)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        return config;
    }

    private static void properties(Config config, ClusterConfig cluster) {
        config.setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.socket.bind.any", Boolean.toString(isWildcard(cluster.address())))
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", Integer.toString(HEARTBEAT_SECONDS))
                .setProperty("hazelcast.wait.seconds.before.join", "1")
                .setProperty("hazelcast.max.wait.seconds.before.join", "5")
                .setProperty("hazelcast.max.join.seconds", "30")
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "5")
                .setProperty("hazelcast.partition.count", PARTITIONS)
                .setProperty("hazelcast.operation.thread.count", "2")
                .setProperty("hazelcast.operation.generic.thread.count", "2")
                .setProperty("hazelcast.io.thread.count", "1")
                .setProperty("hazelcast.event.thread.count", "1");
    }

    private static void network(NetworkConfig network, ClusterConfig cluster, String publicHost) {
        network.setPort(cluster.hazelcastPort()).setPortAutoIncrement(false).setReuseAddress(true);
        network.setPublicAddress(new HostPort(publicHost, cluster.hazelcastPort()).toString());
        if (!isWildcard(cluster.address())) {
            network.getInterfaces().setEnabled(true).addInterface(cluster.address());
        }
        JoinConfig join = network.getJoin();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        if (cluster.serviceDns().isPresent()) {
            join.getKubernetesConfig()
                    .setEnabled(true)
                    .setProperty("service-dns", cluster.serviceDns().get())
                    .setProperty("service-dns-timeout", "2")
                    .setProperty("service-port", Integer.toString(cluster.hazelcastPort()));
        } else {
            join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
            cluster.members().forEach(member -> join.getTcpIpConfig().addMember(member.toString()));
        }
    }

    static boolean isWildcard(String address) {
        return address.equals("0.0.0.0") || address.equals("::");
    }
}
