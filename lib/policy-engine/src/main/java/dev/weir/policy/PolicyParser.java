package dev.weir.policy;

import dev.weir.policy.PolicySource.ListSource;
import dev.weir.policy.PolicySource.RuleSource;
import dev.weir.settings.Node;
import dev.weir.settings.Problems;
import dev.weir.settings.Section;
import dev.weir.settings.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the policy language; what is wrong goes to the problems, and what was read is only good if there are none. */
final class PolicyParser {
    private static final int MOST_RULES = 10_000;
    private static final int MOST_LISTS = 64;
    private static final int LONGEST_RULE_NAME = 100;

    private final Problems problems;

    PolicyParser(Problems problems) {
        this.problems = problems;
    }

    PolicySource read(Node node, String keyPath) {
        Section policy = Section.of(node, keyPath, problems);
        for (String word : List.of("expect", "groups", "users", "categories", "limits", "times", "ask")) {
            policy.later(word, "\"" + word + "\" in a policy");
        }
        Staleness staleness = new Staleness(
                policy.choice("on-stale", Staleness.OnStale.class, Staleness.STANDARD.onStale()),
                policy.duration("max-stale", Duration.ofSeconds(5), Duration.ofDays(365), Staleness.STANDARD.maxAge()));
        List<ListSource> lists = readLists(policy);
        List<RuleSource> rules = readRules(
                policy, Set.copyOf(lists.stream().map(ListSource::name).toList()));
        DefaultOutcome defaultOutcome = policy.has("default")
                ? policy.choice("default", DefaultWord.class).outcome
                : DefaultOutcome.BY_LISTENER;
        policy.finish();
        return new PolicySource(node.position(), node.toJson(), lists, rules, defaultOutcome, staleness);
    }

    private List<ListSource> readLists(Section policy) {
        List<ListSource> lists = new ArrayList<>();
        for (Map.Entry<String, Section> named : policy.namedSections("lists").entrySet()) {
            Section list = named.getValue();
            list.later("url", "a list from a URL");
            list.later("refresh", "\"refresh\" of a list");
            list.later("category", "\"category\" of a list");
            list.laterWords("format", "adblock", "dnsmasq", "rpz", "urls", "regex", "networks");
            lists.add(new ListSource(
                    named.getKey(), list.text("file"), list.choice("format", ListFormat.class), list.position()));
        }
        if (lists.size() > MOST_LISTS) {
            policy.problem("lists", lists.size() + " lists (expected: at most " + MOST_LISTS + ")");
        }
        return lists;
    }

    private List<RuleSource> readRules(Section policy, Set<String> lists) {
        List<RuleSource> rules = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        List<Section> sections = policy.sections("rules");
        if (sections.size() > MOST_RULES) {
            policy.problem("rules", sections.size() + " rules (expected: at most " + MOST_RULES + ")");
            return rules;
        }
        String always = "";
        for (Section section : sections) {
            RuleSource rule = readRule(section, lists);
            Integer before = lines.putIfAbsent(rule.name(), section.position().line());
            if (before != null) {
                section.problem("name", "\"" + rule.name() + "\" is the name of the rule in line " + before + " too");
            }
            if (!always.isEmpty()) {
                section.problem("name", "never reached: \"" + always + "\" before it matches everything");
                break;
            }
            always = rule.isAlways() ? rule.name() : "";
            rules.add(rule);
        }
        return rules;
    }

    private RuleSource readRule(Section rule, Set<String> lists) {
        for (String word : List.of("shadow", "limit", "rewrite", "challenge", "expect", "identity", "until", "log")) {
            rule.later(word, "\"" + word + "\" in a rule");
        }
        String name = rule.text("name");
        if (rule.has("name") && !isRuleName(name)) {
            rule.problem(
                    "name",
                    "\"" + name + "\" is no name for a rule (expected: 1-" + LONGEST_RULE_NAME
                            + " letters, digits, \".\", \"_\", \"-\", \":\" or blanks; \"default\" is taken)");
        }
        ConditionParser condition = new ConditionParser(problems, lists);
        return rule.optionalSection("when")
                .map(when -> new RuleSource(name, condition.read(when), condition.hostLists(), outcome(rule)))
                .orElseGet(() -> new RuleSource(name, Condition.ALWAYS, List.of(), outcome(rule)));
    }

    private Outcome outcome(Section rule) {
        return new OutcomeParser(problems).read(rule);
    }

    private static boolean isRuleName(String name) {
        return name.length() <= LONGEST_RULE_NAME
                && name.matches("[\\p{L}\\p{Nd}]([\\p{L}\\p{Nd}._: -]*[\\p{L}\\p{Nd}])?")
                && !name.equals(Verdict.Reason.DEFAULT)
                && !name.equals(Verdict.Reason.LISTENER_DEFAULT);
    }

    private enum DefaultWord implements Word {
        ALLOW("allow", DefaultOutcome.ALLOW),
        DENY("deny", DefaultOutcome.DENY);

        private final String word;
        private final DefaultOutcome outcome;

        DefaultWord(String word, DefaultOutcome outcome) {
            this.word = word;
            this.outcome = outcome;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
