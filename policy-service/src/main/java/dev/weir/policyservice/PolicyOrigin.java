package dev.weir.policyservice;

import dev.weir.runtime.config.PolicyConfig;
import dev.weir.settings.Mapping;
import dev.weir.settings.Node;
import dev.weir.settings.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the policy comes from. */
sealed interface PolicyOrigin {
    /** Where relative paths of lists start. */
    default Path directory() {
        if (this instanceof InFile file) {
            return PolicyReader.directoryOf(file.path());
        }
        return this instanceof InConfiguration configuration
                ? PolicyReader.directoryOf(configuration.path())
                : Path.of("");
    }

    /** From {@code policy: { file: … }}. */
    record InFile(Path path) implements PolicyOrigin {}

    /** From {@code policy:} in the configuration itself. */
    record InConfiguration(Path path) implements PolicyOrigin {}

    /** From the admin API: the text of a policy file; its lists' paths start from the directory. */
    record Published(String text, Path directory) implements PolicyOrigin {}

    /** What was given and is not to be watched, because no file holds it; perhaps nothing. */
    record Fixed(Node policy) implements PolicyOrigin {}

    /** Where the policy of this configuration comes from. */
    static PolicyOrigin of(PolicyConfig config) {
        if (config.file().isPresent()) {
            return new InFile(config.file().get());
        }
        Node policy = config.inline().orElseGet(() -> new Mapping(new Position("no policy", 1, 1), List.of()));
        Path configuration = Path.of(policy.position().file());
        return config.inline().isPresent() && Files.isRegularFile(configuration)
                ? new InConfiguration(configuration)
                : new Fixed(policy);
    }
}
