package dev.weir.policyservice;

import dev.weir.policy.DomainList;
import dev.weir.policy.ListReading;
import dev.weir.policy.Policy;
import dev.weir.policy.PolicySource;
import dev.weir.policy.RevisionContent;
import dev.weir.settings.Interpolation;
import dev.weir.settings.Mapping;
import dev.weir.settings.Node;
import dev.weir.settings.Position;
import dev.weir.settings.Problem;
import dev.weir.settings.Problems;
import dev.weir.settings.Scalar;
import dev.weir.settings.SettingsException;
import dev.weir.settings.YamlReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a policy and its lists from the disk, whole or not at all. Knows what it read before, and so takes a file for
 * half-written if it is the one before with its end missing. Blocks; for one thread.
 */
final class PolicyReader {
    private static final long LONGEST_POLICY = 4L * 1024 * 1024;
    private static final long LONGEST_LIST = 64L * 1024 * 1024;

    private final Set<String> guarded;
    private Map<Path, String> policiesBefore = Map.of();
    private Map<Path, DomainList> listsBefore = Map.of();

    /** Refuses a policy that would open one of these listeners to everybody. */
    PolicyReader(Set<String> guarded) {
        this.guarded = Set.copyOf(guarded);
    }

    /** What came of reading. Either way {@code files} are those to be watched. */
    sealed interface Outcome {
        /** The files that were asked for, there or not. */
        Set<Path> files();
    }

    /**
     * The policy is good.
     *
     * @param notes what should be said though nothing is wrong
     */
    record Good(RevisionContent content, Policy policy, Set<Path> files, List<String> notes) implements Outcome {}

    /** It can't be used, and why. */
    record Bad(List<Problem> problems, Set<Path> files) implements Outcome {}

    /** What is configured, by its content, so that a change of it can be told after a restart too. */
    record Configured(String fingerprint, Set<Path> files) {}

    /** Looks at what is configured at this origin, be it good or not. */
    Configured configured(PolicyOrigin origin) {
        if (origin instanceof PolicyOrigin.InFile file) {
            return new Configured(sha256(rawBytes(file.path())), Set.of(file.path()));
        }
        if (!(origin instanceof PolicyOrigin.InConfiguration configuration)) {
            return new Configured("", Set.of());
        }
        Path path = configuration.path();
        byte[] raw = rawBytes(path);
        try {
            Node policy = policyNode(path, new String(raw, StandardCharsets.UTF_8));
            Optional<Path> file = fileOf(policy);
            if (file.isPresent()) {
                return new Configured(sha256(rawBytes(file.get())), Set.of(path, file.get()));
            }
            return new Configured(sha256(policy.toJson().getBytes(StandardCharsets.UTF_8)), Set.of(path));
        } catch (SettingsException e) {
            return new Configured(sha256(raw), Set.of(path));
        }
    }

    private static byte[] rawBytes(Path path) {
        try {
            return readAll(path, LONGEST_POLICY, new Position(path.toString(), 1, 1), "");
        } catch (SettingsException e) {
            return new byte[0];
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Reads the policy of this origin. */
    Outcome read(PolicyOrigin origin) {
        Set<Path> files = new LinkedHashSet<>();
        Map<Path, String> policies = new HashMap<>();
        Map<Path, DomainList> lists = new HashMap<>();
        List<String> notes = new ArrayList<>();
        try {
            Located located = locate(origin, files, policies);
            List<DomainList> compiled = new ArrayList<>();
            Problems problems = new Problems();
            for (PolicySource.ListSource list : located.source().lists()) {
                Path file = located.directory().resolve(list.file()).normalize();
                files.add(file);
                readList(list, file, problems, notes).ifPresent(read -> {
                    lists.put(file, read);
                    compiled.add(read);
                });
            }
            problems.throwIfAny();
            RevisionContent content = RevisionContent.of(located.source(), compiled);
            Policy policy = content.compile();
            refuseOpening(policy, located.source().position());
            policiesBefore = policies;
            listsBefore = lists;
            return new Good(content, policy, files, notes);
        } catch (SettingsException e) {
            return new Bad(e.problems(), files);
        }
    }

    private void refuseOpening(Policy policy, Position position) {
        for (String listener : guarded) {
            if (policy.leavesOpen(listener)) {
                throw refused(
                        position,
                        "default",
                        "allow makes the forward listener \"" + listener + "\" an open proxy: limit its clients by a"
                                + " rule, or write open-proxy: true there");
            }
        }
    }

    private record Located(PolicySource source, Path directory) {}

    private Located locate(PolicyOrigin origin, Set<Path> files, Map<Path, String> policies) {
        if (origin instanceof PolicyOrigin.Published published) {
            return new Located(PolicySource.parseFile("published policy", published.text()), published.directory());
        }
        if (origin instanceof PolicyOrigin.InFile file) {
            return policyFile(file.path(), files, policies);
        }
        if (origin instanceof PolicyOrigin.InConfiguration configuration) {
            return inConfiguration(configuration.path(), files, policies);
        }
        return new Located(PolicySource.parse(((PolicyOrigin.Fixed) origin).policy()), origin.directory());
    }

    private Located policyFile(Path path, Set<Path> files, Map<Path, String> policies) {
        String text = policyText(path, files, policies);
        return new Located(PolicySource.parseFile(path.toString(), text), directoryOf(path));
    }

    /** What stands under {@code policy:} in the configuration, which may have moved to a file since. */
    private Located inConfiguration(Path path, Set<Path> files, Map<Path, String> policies) {
        Node policy = policyNode(path, policyText(path, files, policies));
        Optional<Path> file = fileOf(policy);
        return file.isPresent()
                ? policyFile(file.get(), files, policies)
                : new Located(PolicySource.parse(policy), directoryOf(path));
    }

    private static Node policyNode(Path path, String text) {
        Node whole = YamlReader.read(path.toString(), text);
        if (!(whole instanceof Mapping mapping)) {
            throw refused(whole.position(), "", "expected a mapping (found: " + whole.kindWord() + ")");
        }
        Node policy = mapping.get("policy").orElseGet(() -> new Mapping(whole.position(), List.of()));
        Problems problems = new Problems();
        Node filled = Interpolation.ofProcess().apply(policy, problems);
        problems.throwIfAny();
        return filled;
    }

    private static Optional<Path> fileOf(Node policy) {
        return policy instanceof Mapping mapping
                ? mapping.get("file").filter(Scalar.class::isInstance).map(file -> Path.of(((Scalar) file).text()))
                : Optional.empty();
    }

    private String policyText(Path path, Set<Path> files, Map<Path, String> policies) {
        files.add(path);
        byte[] bytes = readAll(path, LONGEST_POLICY, new Position(path.toString(), 1, 1), "");
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(new Position(path.toString(), 1, 1), "", "not UTF-8");
        }
        String before = policiesBefore.getOrDefault(path, "");
        if (text.length() < before.length() && before.startsWith(text) && !text.endsWith("\n")) {
            int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
            int column = text.length() - text.lastIndexOf('\n');
            throw refused(
                    new Position(path.toString(), line, column),
                    "",
                    "half-written: the file ends within a line of the policy in force");
        }
        policies.put(path, text);
        return text;
    }

    private Optional<DomainList> readList(
            PolicySource.ListSource list, Path file, Problems problems, List<String> notes) {
        String keyPath = "lists." + list.name();
        byte[] bytes;
        try {
            bytes = readAll(file, LONGEST_LIST, list.position(), keyPath);
        } catch (SettingsException e) {
            e.problems().forEach(problems::add);
            return Optional.empty();
        }
        ListReading reading = list.format().read(list.name(), new String(bytes, StandardCharsets.UTF_8));
        if (reading instanceof ListReading.Refused refused) {
            problems.add(new Problem(new Position(file.toString(), refused.line(), 1), keyPath, refused.reason()));
            return Optional.empty();
        }
        ListReading.Read read = (ListReading.Read) reading;
        boolean endsWithinALine = bytes[bytes.length - 1] != '\n';
        DomainList before = listsBefore.getOrDefault(file, read.list());
        if (endsWithinALine && read.list().isBeginningOf(before)) {
            problems.add(new Problem(
                    new Position(file.toString(), 1, 1),
                    keyPath,
                    "half-written: the file ends after " + read.list().size() + " of the " + before.size()
                            + " entries in force"));
            return Optional.empty();
        }
        if (read.badLines() > 0) {
            notes.add(file + ":" + read.firstBadLine() + ":1: " + keyPath + ": lines that can't be read as "
                    + list.format().word() + " are left out: " + read.badLines());
        }
        return Optional.of(read.list());
    }

    private static byte[] readAll(Path path, long most, Position position, String keyPath) {
        try {
            long size = Files.size(path);
            if (size > most) {
                throw refused(position, keyPath, path + " has " + size + " bytes (expected: at most " + most + ")");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw refused(position, keyPath, "there is no file " + path);
        } catch (IOException e) {
            throw refused(position, keyPath, "can't read " + path + ": " + e.getMessage());
        }
    }

    private static SettingsException refused(Position position, String keyPath, String cause) {
        return new SettingsException(List.of(new Problem(position, keyPath, cause)));
    }

    static Path directoryOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
