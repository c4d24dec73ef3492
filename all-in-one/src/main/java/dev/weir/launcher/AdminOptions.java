package dev.weir.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command finds a running Weir's admin port and the token that lets it change something. */
final class AdminOptions {
    private static final String DEFAULT_ADMIN = "http://127.0.0.1:9400";

    @Option(names = "--admin", paramLabel = "URL", description = "The admin port (default: " + DEFAULT_ADMIN + ").")
    private @Nullable URI admin;

    @Option(names = "--token-file", paramLabel = "FILE", description = "The file with the admin token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The state directory of a Weir on this machine, where its admin port and token are found"
                    + " (default: .weir).")
    private Path state = Path.of(".weir");

    @Option(names = "--json", description = "For machines.")
    private boolean json;

    boolean json() {
        return json;
    }

    /** The admin port: as told, or as the Weir of the state directory wrote it, or the default. */
    URI admin() {
        if (admin != null) {
            return checked(admin.toString());
        }
        return checked(read(StateDirectory.adminFile(state)).orElse(DEFAULT_ADMIN));
    }

    /** The token, if there is one; reading on loopback needs none. */
    Optional<String> token() {
        if (tokenFile == null) {
            return read(StateDirectory.tokenFile(state));
        }
        Path told = tokenFile;
        return Optional.of(read(told).orElseThrow(() -> CommandFailure.usage("--token-file: no file " + told)));
    }

    private static URI checked(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw CommandFailure.usage("--admin: " + text + " (expected: a URL like " + DEFAULT_ADMIN + ")");
        }
        boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        if (!web || url.getHost() == null) {
            throw CommandFailure.usage("--admin: " + text + " (expected: a URL like " + DEFAULT_ADMIN + ")");
        }
        return url;
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw CommandFailure.atRunTime("cannot read " + file + ": " + unreadable.getMessage());
        }
    }
}
