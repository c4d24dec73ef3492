package dev.weir.runtime;

import dev.weir.runtime.config.WeirConfig;

/**
 * How a process is to run.
 *
 * @param kind what the process is: the service's name, or {@code all-in-one}
 * @param nodeName its name among others, such as {@code edge-proxy-1}
 * @param config read and checked
 * @param clustered whether it finds others over the cluster; else its bus stays at home
 * @param healthPort whether it opens a port for probes and metrics of its own
 * @param makesSecrets whether it makes what is missing of the secrets; a process of a cluster finds them made
 */
public record ProcessArguments(
        String kind, String nodeName, WeirConfig config, boolean clustered, boolean healthPort, boolean makesSecrets) {
    /** One service of a cluster. */
    public static ProcessArguments ofService(String service, String nodeName, WeirConfig config) {
        return new ProcessArguments(service, nodeName, config, config.cluster().isPresent(), true, false);
    }

    /** Everything in one process. */
    public static ProcessArguments ofAllInOne(WeirConfig config) {
        return new ProcessArguments("all-in-one", "weir", config, false, false, true);
    }
}
