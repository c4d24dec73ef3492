package dev.weir.runtime.config;

import dev.weir.settings.Interpolation;
import dev.weir.settings.Mapping;
import dev.weir.settings.Node;
import dev.weir.settings.Position;
import dev.weir.settings.Problem;
import dev.weir.settings.Problems;
import dev.weir.settings.Section;
import dev.weir.settings.SettingsException;
import dev.weir.settings.YamlReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code weir.yaml} strictly: parse, fill in, read every section, check the whole against itself. All that is
 * wrong is reported at once. What a later issue builds is refused by name.
 */
public final class WeirConfigReader {
    private static final long LARGEST_FILE = 4 * YamlReader.MAX_CHARACTERS;

    private final Interpolation interpolation;
    private final Optional<Path> state;

    private WeirConfigReader(Interpolation interpolation, Optional<Path> state) {
        this.interpolation = interpolation;
        this.state = state;
    }

    /** A reader that fills in from this process's environment and files. */
    public static WeirConfigReader ofProcess() {
        return new WeirConfigReader(Interpolation.ofProcess(), Optional.empty());
    }

    /** A reader that fills in from elsewhere. */
    public static WeirConfigReader of(Interpolation interpolation) {
        return new WeirConfigReader(interpolation, Optional.empty());
    }

    /** The same, with a state directory that holds before the file's ({@code --state}). */
    public WeirConfigReader withState(Path directory) {
        return new WeirConfigReader(interpolation, Optional.of(directory));
    }

    /**
     * Reads a file.
     *
     * @throws SettingsException with all that is wrong
     */
    public WeirConfig read(Path file) {
        return read(file.toString(), textOf(file));
    }

    /**
     * Reads a text; the name serves for messages.
     *
     * @throws SettingsException with all that is wrong
     */
    public WeirConfig read(String fileName, String text) {
        Problems problems = new Problems();
        Node node = interpolation.apply(YamlReader.read(fileName, text), problems);
        Section root = Section.root(node, problems);
        WeirConfig config = read(root);
        root.finish();
        problems.throwIfAny();
        return config;
    }

    /** What holds without any file: no listener, everything at its default. */
    public WeirConfig defaults() {
        Position nowhere = new Position("defaults", 1, 1);
        Problems problems = new Problems();
        WeirConfig config = read(Section.root(new Mapping(nowhere, List.of()), problems));
        problems.throwIfAny();
        return config;
    }

    private WeirConfig read(Section root) {
        Path written = root.filePath("state", Path.of(".weir"));
        Path stateDirectory = state.orElse(written);
        Path secrets = root.filePath("secrets", stateDirectory.resolve("secrets"));
        ServiceSections sections = new ServiceSections(root);
        PolicyConfig policy = sections.policy();
        List<ListenerConfig> listeners = ListenerReader.listeners(root, OpenPolicy.of(policy));
        Map<String, UpstreamConfig> upstreams = UpstreamReader.upstreams(root, listeners);
        return new WeirConfig(
                stateDirectory,
                secrets,
                root.duration("drain", Duration.ZERO, Duration.ofSeconds(14), Duration.ofSeconds(10)),
                listeners,
                RouteReader.routes(root, upstreams),
                upstreams,
                ForwardReader.forward(root.section("forward")),
                sections.cache(),
                sections.redis(),
                policy,
                sections.log(),
                sections.cluster(secrets),
                new HealthConfig(ServiceSections.localAddress(root.section("health"), 9401)),
                sections.diagnostics(),
                sections.admin());
    }

    private static String textOf(Path file) {
        String why;
        try {
            if (Files.size(file) <= LARGEST_FILE) {
                return Files.readString(file);
            }
            why = "it is larger than " + LARGEST_FILE + " bytes";
        } catch (NoSuchFileException e) {
            why = "there is no such file";
        } catch (CharacterCodingException e) {
            why = "it is not UTF-8";
        } catch (IOException e) {
            why = String.valueOf(e.getMessage());
        }
        Position start = new Position(file.toString(), 1, 1);
        throw new SettingsException(List.of(new Problem(start, "", "cannot read the file: " + why)));
    }
}
