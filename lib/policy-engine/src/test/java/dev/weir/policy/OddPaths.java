package dev.weir.policy;

import java.util.random.RandomGenerator;

/** Random paths of the pieces on which origins disagree. */
final class OddPaths {
    private static final String[] NAMES = {
        "a", "b", "admin", "x", "A", "ADMIN", "%61", "%41dmin", "%C3%A9", "%E9", "a%20b"
    };
    private static final String[] ODD = {
        "//",
        "/./",
        "/../",
        "/..;/",
        "/..;v=1/",
        "/..",
        "/.",
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "/%2e%2e/",
        "%2f",
        "%2F",
        "%5c",
        "\\",
        "\\..\\",
        ";",
        ";v=1",
        "%3b",
        "%25",
        "%252e",
        "%252f",
        "%255c",
        "%2525",
        "%2500",
        "%3f",
        "%23",
        "%20",
        "%c0%ae",
        "%c0%af",
        "%e0%80%af",
        "%61",
        "+",
        "~",
        "{",
        "|",
        "%7B",
        "%ff",
        "%80",
        "&",
        "=",
        "@",
        ":",
        "*",
        "[",
        "\"",
        "%c3%89"
    };

    private OddPaths() {}

    static String next(RandomGenerator random) {
        StringBuilder path = new StringBuilder(random.nextInt(12) == 0 ? (random.nextBoolean() ? "//" : "/\\") : "/");
        int pieces = random.nextInt(1, 9);
        int oddness = random.nextInt(4);
        for (int i = 0; i < pieces; i++) {
            int which = random.nextInt(4);
            if (which <= oddness - 1) {
                path.append(ODD[random.nextInt(ODD.length)]);
            } else {
                path.append(which == 3 ? "/" : "").append(NAMES[random.nextInt(NAMES.length)]);
            }
        }
        return path.toString();
    }
}
