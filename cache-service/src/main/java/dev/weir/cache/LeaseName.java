package dev.weir.cache;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a lease is of, in few characters: edges give it back as they were given it.
 *
 * @param url digest of the URL
 * @param rest digest of the key and the group
 */
record LeaseName(String url, String rest) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{22})");

    static LeaseName of(String key, String url, String group) {
        // No key has a line feed: one pair can't be written to look like another.
        return new LeaseName(KeyDigest.of(url), KeyDigest.of(key + '\n' + group));
    }

    /** What an edge says; empty if it isn't a name. */
    static Optional<LeaseName> parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches() ? Optional.of(new LeaseName(parts.group(1), parts.group(2))) : Optional.empty();
    }

    /** The same, of this URL. */
    static Optional<LeaseName> parse(String text, String ofUrl) {
        return text.isEmpty()
                ? Optional.empty()
                : parse(text).filter(name -> name.url().equals(KeyDigest.of(ofUrl)));
    }

    @Override
    public String toString() {
        return url + '.' + rest;
    }
}
