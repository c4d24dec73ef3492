package dev.weir.policy;

import dev.weir.settings.SettingsException;
import dev.weir.settings.YamlReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a revision says: the policy as JSON and the entries of its lists. Equal content gives equal bytes: length and
 * octets of the JSON, then of each list in the order of the policy.
 */
public final class RevisionContent {
    private final PolicySource source;
    private final List<DomainList> lists;

    private RevisionContent(PolicySource source, List<DomainList> lists) {
        this.source = source;
        this.lists = lists;
    }

    /**
     * The content of a policy and its lists.
     *
     * @throws IllegalArgumentException if a list is missing
     */
    public static RevisionContent of(PolicySource source, List<DomainList> read) {
        Map<String, DomainList> byName = read.stream().collect(Collectors.toMap(DomainList::name, Function.identity()));
        List<DomainList> inOrder = new ArrayList<>();
        for (PolicySource.ListSource list : source.lists()) {
            DomainList found = byName.get(list.name());
            if (found == null) {
                throw new IllegalArgumentException(
                        "lists: " + byName.keySet() + " (expected: also " + list.name() + ")");
            }
            inOrder.add(found);
        }
        return new RevisionContent(source, List.copyOf(inOrder));
    }

    /** The content of these bytes; empty if they are none, or of a language that this version doesn't speak. */
    public static Optional<RevisionContent> parse(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String json = new String(part(in), StandardCharsets.UTF_8);
            PolicySource source = PolicySource.parse(YamlReader.read("revision", json));
            List<DomainList> lists = new ArrayList<>();
            for (PolicySource.ListSource named : source.lists()) {
                Optional<DomainList> list = DomainList.fromBytes(named.name(), named.format(), part(in));
                if (list.isEmpty()) {
                    return Optional.empty();
                }
                lists.add(list.get());
            }
            return in.read() < 0 ? Optional.of(new RevisionContent(source, List.copyOf(lists))) : Optional.empty();
        } catch (IOException | SettingsException e) {
            return Optional.empty();
        }
    }

    private static byte[] part(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("length: " + length + " (expected: at most " + in.available() + ")");
        }
        return in.readNBytes(length);
    }

    /** The bytes that a revision carries. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, source.toJson().getBytes(StandardCharsets.UTF_8));
            for (DomainList list : lists) {
                write(out, list.toBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    /** The policy, ready to be asked. */
    public Policy compile() {
        return source.compile(lists);
    }

    /** The policy as JSON text. */
    public String policyJson() {
        return source.toJson();
    }
}
