package dev.weir.settings;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was likely meant. */
public final class Nearest {
    private Nearest() {}

    /** The known word nearest to what was given, if it is near enough to be meant. */
    public static Optional<String> of(String given, Collection<String> known) {
        String best = "";
        int least = Math.max(2, given.length() / 3) + 1;
        if (given.length() > 80) {
            return Optional.empty();
        }
        for (String word : known) {
            int distance = distance(given.toLowerCase(Locale.ROOT), word);
            if (distance < least && distance < word.length()) {
                least = distance;
                best = word;
            }
        }
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** Edits (insert, remove, replace, swap of neighbours) that make one of the other. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
