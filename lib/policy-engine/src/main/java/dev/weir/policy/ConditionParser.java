package dev.weir.policy;

import dev.weir.http.PathPattern;
import dev.weir.settings.Mapping;
import dev.weir.settings.Nearest;
import dev.weir.settings.Node;
import dev.weir.settings.Problem;
import dev.weir.settings.Problems;
import dev.weir.settings.Reading;
import dev.weir.settings.Scalar;
import dev.weir.settings.Section;
import dev.weir.settings.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what stands under a rule's {@code when:}. For one rule. */
final class ConditionParser {
    private static final List<String> WORDS =
            List.of("listener", "client", "method", "port", "host", "path", "response-type");
    private static final Reading<String> METHOD = new Reading<>(
            "a method in its own case, such as GET",
            text -> text.matches("[A-Z][A-Z0-9-]{0,31}") ? Optional.of(text) : Optional.empty());
    private static final Reading<PortRange> PORTS =
            new Reading<>("a port or a range of ports, such as 443 or 8000-8999", PortRange::parse);
    private static final Reading<PathPattern> PATH = new Reading<>(
            "a path that begins with a slash (with one at the end: and all below it), without ? and #",
            text -> text.matches("/[^?#\\p{Cntrl}]{0,2047}") ? Optional.of(PathPattern.of(text)) : Optional.empty());
    private static final Reading<MediaPattern> MEDIA_TYPE =
            new Reading<>("a media type such as text/html or image/*", MediaPattern::parse);

    private final Problems problems;
    private final Set<String> lists;
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> suffixes = new LinkedHashSet<>();
    private final Set<String> hostLists = new LinkedHashSet<>();

    ConditionParser(Problems problems, Set<String> lists) {
        this.problems = problems;
        this.lists = lists;
    }

    Condition read(Section when) {
        for (String word : List.of(
                "user", "group", "category", "time", "any", "all", "not", "query", "field", "sni", "country", "size")) {
            when.later(word, "\"" + word + "\" in a condition");
        }
        for (String word : WORDS) {
            if (when.node(word).filter(ConditionParser::isEmptyList).isPresent()) {
                when.problem(word, "an empty list matches nothing (leave \"" + word + "\" out to match all)");
            }
        }
        when.node("host").ifPresent(host -> readHosts(host, when.path() + ".host"));
        return new Condition(
                Set.copyOf(when.list("listener", Reading.anyText(), true)),
                when.networks("client").stream().map(AddressRange::of).toList(),
                Set.copyOf(when.list("method", METHOD, true)),
                when.list("port", PORTS, true),
                new HostCondition(names, List.copyOf(suffixes), List.of()),
                when.list("path", PATH, true),
                when.list("response-type", MEDIA_TYPE, true));
    }

    /** The names of the lists that the condition speaks of; after reading. */
    List<String> hostLists() {
        return List.copyOf(hostLists);
    }

    private static boolean isEmptyList(Node node) {
        return node instanceof Sequence sequence && sequence.items().isEmpty();
    }

    private void readHosts(Node node, String keyPath) {
        if (node instanceof Sequence sequence) {
            List<Node> items = new ArrayList<>(sequence.items());
            for (int i = 0; i < items.size(); i++) {
                readHost(items.get(i), keyPath + "[" + i + "]");
            }
        } else {
            readHost(node, keyPath);
        }
    }

    private void readHost(Node node, String keyPath) {
        if (node instanceof Mapping) {
            Section section = Section.of(node, keyPath, problems);
            section.later("category", "\"category\" as a host");
            String list = section.text("list");
            section.finish();
            if (section.has("list") && !lists.contains(list)) {
                section.problem("list", "there is no list \"" + list + "\" under lists", Nearest.of(list, lists));
            }
            hostLists.add(list);
        } else if (node instanceof Scalar scalar && scalar.kind() != Scalar.Kind.NULL) {
            readName(scalar, keyPath);
        } else {
            problems.add(new Problem(
                    node.position(),
                    keyPath,
                    "expected a host, \"*.suffix\" or { list: name } (found: " + node.kindWord() + ")"));
        }
    }

    private void readName(Scalar scalar, String keyPath) {
        String text = scalar.text();
        boolean wild = text.startsWith("*.");
        Optional<String> name = HostName.parse(wild ? text.substring(2) : text);
        if (name.isEmpty()) {
            problems.add(new Problem(
                    scalar.position(),
                    keyPath,
                    "\"" + text
                            + "\" is no host (expected: a name, an address, or \"*.\" and a name; no port, no path)",
                    meant(text)));
        } else if (wild) {
            suffixes.add("." + name.get());
        } else {
            names.add(name.get());
        }
    }

    /** The host within {@code https://host:port/path}, or the suffix within {@code .suffix}. */
    private static Optional<String> meant(String text) {
        if (text.startsWith(".")) {
            return HostName.parse(text.substring(1)).map(name -> "*." + name);
        }
        String host = text.replaceFirst("^[a-z]+://", "").replaceFirst("[/:?].*$", "");
        return HostName.parse(host);
    }
}
