package dev.weir.policy;

import dev.weir.settings.Mapping;
import dev.weir.settings.Node;
import dev.weir.settings.Position;
import dev.weir.settings.Problem;
import dev.weir.settings.Problems;
import dev.weir.settings.SettingsException;
import dev.weir.settings.YamlReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A policy that was read and found right, but for its lists, which are files of their own: whoever has read them makes
 * a {@link Policy} of it.
 */
public final class PolicySource {
    private final Position position;
    private final String json;
    private final List<ListSource> lists;
    private final List<RuleSource> rules;
    private final DefaultOutcome defaultOutcome;
    private final Staleness staleness;

    PolicySource(
            Position position,
            String json,
            List<ListSource> lists,
            List<RuleSource> rules,
            DefaultOutcome defaultOutcome,
            Staleness staleness) {
        this.position = position;
        this.json = json;
        this.lists = List.copyOf(lists);
        this.rules = List.copyOf(rules);
        this.defaultOutcome = defaultOutcome;
        this.staleness = staleness;
    }

    /**
     * Reads what stands under {@code policy:}.
     *
     * @throws SettingsException with everything that is wrong
     */
    public static PolicySource parse(Node node) {
        Problems problems = new Problems();
        PolicySource source = new PolicyParser(problems).read(node, "policy");
        problems.throwIfAny();
        return source;
    }

    /**
     * Reads a policy file, which holds what stands under {@code policy:}, without that key. A file that decides
     * nothing is refused, because a file that is written anew is empty for a moment.
     *
     * @param file its name, for messages
     * @throws SettingsException with everything that is wrong
     */
    public static PolicySource parseFile(String file, String text) {
        Node node = YamlReader.read(file, text);
        Problems problems = new Problems();
        PolicySource source = new PolicyParser(problems).read(node, "");
        if (node instanceof Mapping mapping
                && mapping.get("rules").isEmpty()
                && mapping.get("default").isEmpty()) {
            problems.add(new Problem(node.position(), "", "neither rules nor a default: the file decides nothing"));
        }
        problems.throwIfAny();
        return source;
    }

    /** Where it begins. */
    public Position position() {
        return position;
    }

    /** The lists that the policy names, in written order. */
    public List<ListSource> lists() {
        return lists;
    }

    /**
     * The policy with its lists.
     *
     * @throws IllegalArgumentException if a list is missing
     */
    public Policy compile(List<DomainList> read) {
        Map<String, DomainList> byName = read.stream().collect(Collectors.toMap(DomainList::name, Function.identity()));
        for (ListSource list : lists) {
            if (!byName.containsKey(list.name())) {
                throw new IllegalArgumentException(
                        "lists: " + byName.keySet() + " (expected: also " + list.name() + ")");
            }
        }
        return new Policy(rules.stream().map(rule -> rule.compile(byName)).toList(), defaultOutcome, staleness);
    }

    /** The same policy as JSON text, equal for equal policies. */
    public String toJson() {
        return json;
    }

    /**
     * A list that a policy names.
     *
     * @param file where it is, as written
     * @param position where the policy names it, for messages
     */
    public record ListSource(String name, String file, ListFormat format, Position position) {}

    /** A rule whose lists are names still; the condition holds the hosts that the rule names itself. */
    record RuleSource(String name, Condition when, List<String> hostLists, Outcome then) {
        RuleSource {
            hostLists = List.copyOf(hostLists);
        }

        boolean isAlways() {
            return when.isAlways() && hostLists.isEmpty();
        }

        private Rule compile(Map<String, DomainList> lists) {
            List<DomainList> mine = hostLists.stream()
                    .map(list -> Objects.requireNonNull(lists.get(list), list))
                    .toList();
            return new Rule(name, when.withLists(mine), then);
        }
    }
}
