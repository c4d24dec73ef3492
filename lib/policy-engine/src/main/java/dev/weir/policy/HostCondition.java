package dev.weir.policy;

import java.util.List;
import java.util.Set;

/**
 * The hosts that a rule is about: named, below a suffix, or in a list; any of them.
 *
 * @param suffixes each with its leading dot; what ends so matches, the name without the dot doesn't
 */
record HostCondition(Set<String> names, List<String> suffixes, List<DomainList> lists) {
    /** Asks nothing of the host. */
    static final HostCondition ANY = new HostCondition(Set.of(), List.of(), List.of());

    HostCondition {
        names = Set.copyOf(names);
        suffixes = List.copyOf(suffixes);
        lists = List.copyOf(lists);
    }

    boolean isAny() {
        return names.isEmpty() && suffixes.isEmpty() && lists.isEmpty();
    }

    /** Whether and how {@code host} is meant; {@link HostMatch#MISS} if it isn't. */
    HostMatch match(String host) {
        if (names.contains(host)) {
            return HostMatch.BY_RULE;
        }
        for (int i = 0; i < suffixes.size(); i++) {
            if (host.endsWith(suffixes.get(i))) {
                return HostMatch.BY_RULE;
            }
        }
        for (int i = 0; i < lists.size(); i++) {
            DomainList list = lists.get(i);
            int at = list.match(host);
            if (at >= 0) {
                return new HostMatch(true, list.name(), host.substring(at));
            }
        }
        return HostMatch.MISS;
    }

    /** What matched, if anything: a list and its entry, or neither if the rule itself named the host. */
    record HostMatch(boolean matched, String list, String entry) {
        static final HostMatch MISS = new HostMatch(false, "", "");
        static final HostMatch BY_RULE = new HostMatch(true, "", "");

        boolean isByList() {
            return !list.isEmpty();
        }
    }
}
