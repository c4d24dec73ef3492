package dev.weir.runtime;

import dev.weir.runtime.config.WeirConfig;
import dev.weir.runtime.config.WeirConfigReader;
import dev.weir.settings.SettingsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The main method of a service's own jar: {@code java -jar … --config weir.yaml [--state DIR] [--name NODE]}. The node's
 * name is what is given, else {@code WEIR_NODE}, else the service's and the host's.
 */
public final class ServiceMain {
    private static final List<String> OPTIONS = List.of("--config", "--state", "--name");

    private ServiceMain() {}

    /** Runs one service of a cluster; the exit code, if it ends other than by a signal. */
    public static int run(Service service, String... arguments) {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
                return usage(service, "not understood: " + arguments[i]);
            }
            options.put(arguments[i], arguments[i + 1]);
        }
        String file = options.get("--config");
        if (file == null) {
            return usage(service, "--config is missing");
        }
        WeirConfigReader reader = WeirConfigReader.ofProcess();
        String state = options.get("--state");
        WeirConfig config;
        try {
            config = (state == null ? reader : reader.withState(Path.of(state))).read(Path.of(file));
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            return ServiceProcess.USAGE;
        }
        if (config.cluster().isEmpty()) {
            System.err.println(file + ":1:1: cluster: missing (a service of a cluster needs it)");
            return ServiceProcess.USAGE;
        }
        String name = Optional.ofNullable(options.get("--name")).orElseGet(() -> nodeName(service.name()));
        return ServiceProcess.run(List.of(service), ProcessArguments.ofService(service.name(), name, config), () -> {});
    }

    private static int usage(Service service, String problem) {
        System.err.println(
                "weir " + service.name() + ": " + problem + "\nusage: --config FILE [--state DIR] [--name NODE]");
        return ServiceProcess.USAGE;
    }

    /** The name of a node that was given none. */
    public static String nodeName(String service) {
        Optional<String> given = Optional.ofNullable(System.getenv("WEIR_NODE")).filter(name -> !name.isBlank());
        return given.orElseGet(() -> Optional.ofNullable(System.getenv("HOSTNAME"))
                .filter(host -> !host.isBlank())
                .map(host -> service + "-" + host)
                .orElse(service));
    }
}
