package dev.weir.policy;

import dev.weir.settings.Word;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** How a list file is written. Both forms: one entry a line, {@code #} begins a comment, blank lines don't count. */
public enum ListFormat implements Word {
    /** A hosts file: an address, then names; exactly the hosts named are meant. */
    HOSTS("hosts", false),
    /** A domain a line; it and everything below it is meant. */
    DOMAINS("domains", true);

    /** Names that hosts files carry for the machine itself: no list means to block them. */
    private static final Set<String> OF_THE_MACHINE = Set.of(
            "localhost",
            "localhost.localdomain",
            "local",
            "broadcasthost",
            "ip6-localhost",
            "ip6-loopback",
            "ip6-localnet",
            "ip6-mcastprefix",
            "ip6-allnodes",
            "ip6-allrouters",
            "ip6-allhosts",
            "0.0.0.0");

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private final String word;
    private final boolean matchesSubdomains;

    ListFormat(String word, boolean matchesSubdomains) {
        this.word = word;
        this.matchesSubdomains = matchesSubdomains;
    }

    @Override
    public String word() {
        return word;
    }

    boolean matchesSubdomains() {
        return matchesSubdomains;
    }

    /**
     * Reads a list. Lines that can't be read are counted and skipped: lists are made by others, and one odd line in a
     * hundred thousand must not switch the rest off. What is refused is a text without any entry, and one over the
     * bounds.
     */
    public ListReading read(String name, String text) {
        DomainList.Builder entries = new DomainList.Builder(name, this);
        int badLines = 0;
        int firstBadLine = 0;
        int line = 0;
        int at = text.startsWith("\ufeff") ? 1 : 0;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            line++;
            LineResult result = readLine(text.substring(at, end), entries);
            if (result == LineResult.FULL) {
                return new ListReading.Refused(line, "more than " + DomainList.MOST_ENTRIES + " entries");
            }
            if (result == LineResult.BAD) {
                badLines++;
                firstBadLine = firstBadLine == 0 ? line : firstBadLine;
            }
            at = end + 1;
        }
        DomainList list = entries.build();
        if (list.size() == 0) {
            return new ListReading.Refused(
                    Math.max(firstBadLine, 1),
                    badLines == 0
                            ? "the list is empty"
                            : "no line can be read as " + word + " (" + badLines + " lines)");
        }
        return new ListReading.Read(list, badLines, firstBadLine);
    }

    private enum LineResult {
        GOOD,
        BAD,
        FULL
    }

    private LineResult readLine(String line, DomainList.Builder entries) {
        int comment = line.indexOf('#');
        String content = (comment < 0 ? line : line.substring(0, comment)).trim();
        if (content.isEmpty()) {
            return LineResult.GOOD;
        }
        String[] words = BLANKS.split(content, -1);
        int first = 0;
        if (this == HOSTS) {
            if (words.length < 2 || IpAddress.parse(withoutScope(words[0])).isEmpty()) {
                return LineResult.BAD;
            }
            first = 1;
        } else if (words.length != 1) {
            return LineResult.BAD;
        }
        for (int i = first; i < words.length; i++) {
            if (this == HOSTS && OF_THE_MACHINE.contains(words[i])) {
                continue;
            }
            Optional<String> entry = HostName.parse(words[i]);
            if (entry.isEmpty()) {
                return LineResult.BAD;
            }
            if (!entries.add(entry.get())) {
                return LineResult.FULL;
            }
        }
        return LineResult.GOOD;
    }

    /** {@code fe80::1%lo0}, as hosts files of some systems begin. */
    private static String withoutScope(String address) {
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }
}
