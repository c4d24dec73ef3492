package dev.weir.policy;

import dev.weir.settings.Nearest;
import dev.weir.settings.Node;
import dev.weir.settings.Problem;
import dev.weir.settings.Problems;
import dev.weir.settings.Reading;
import dev.weir.settings.Scalar;
import dev.weir.settings.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** Reads a rule's {@code then:}. */
final class OutcomeParser {
    private static final String EXPECTED = "allow, deny, { deny: { status } } or { redirect: { to, status } }";
    private static final Outcome STAND_IN = new Outcome.Deny(Outcome.Deny.FORBIDDEN);
    private static final Reading<Integer> DENY_STATUS = new Reading<>(
            "a status from 400 to 599, but not 401 and 407, which need a challenge",
            text -> Reading.wholeNumber(400, 599).read().apply(text).filter(status -> status != 401 && status != 407));
    private static final Reading<Integer> REDIRECT_STATUS = new Reading<>(
            "301, 302, 303, 307 or 308",
            text -> Reading.wholeNumber(301, 308)
                    .read()
                    .apply(text)
                    .filter(status -> List.of(301, 302, 303, 307, 308).contains(status)));
    private static final Reading<String> TARGET = new Reading<>(
            "an http or https URL, or a path on the same host",
            text -> isTarget(text) ? Optional.of(text) : Optional.empty());

    private final Problems problems;

    OutcomeParser(Problems problems) {
        this.problems = problems;
    }

    Outcome read(Section rule) {
        String[] later = {"ask", "challenge", "limit", "rewrite", "log", "require-user"};
        rule.laterWords("then", later);
        Optional<Node> node = rule.node("then");
        if (node.isEmpty()) {
            if (!rule.keys().contains("then")) {
                rule.problem("then", "missing (expected: " + EXPECTED + ")");
            }
            return STAND_IN;
        }
        if (node.get() instanceof Scalar scalar) {
            return word(rule, scalar);
        }
        return rule.optionalSection("then").map(then -> detailed(then, later)).orElse(STAND_IN);
    }

    private static Outcome word(Section rule, Scalar scalar) {
        if (scalar.text().equals("allow")) {
            return new Outcome.Allow();
        }
        if (!scalar.text().equals("deny")) {
            rule.problem(
                    "then",
                    "\"" + scalar.text() + "\" (expected: " + EXPECTED + ")",
                    Nearest.of(scalar.text(), List.of("allow", "deny")));
        }
        return STAND_IN;
    }

    private Outcome detailed(Section then, String... later) {
        for (String word : later) {
            then.later(word, "\"" + word + "\" in then");
        }
        Optional<Section> deny = then.optionalSection("deny");
        Optional<Section> redirect = then.optionalSection("redirect");
        if (deny.isPresent() == redirect.isPresent() && !namesAny(then, later)) {
            problems.add(new Problem(then.position(), then.path(), "expected one of " + EXPECTED));
        }
        if (redirect.isPresent()) {
            return new Outcome.Redirect(
                    redirect.get().required("to", TARGET, "/"),
                    redirect.get().optional("status", REDIRECT_STATUS, Outcome.Redirect.FOUND));
        }
        return deny.map(section ->
                        (Outcome) new Outcome.Deny(section.optional("status", DENY_STATUS, Outcome.Deny.FORBIDDEN)))
                .orElse(STAND_IN);
    }

    private static boolean namesAny(Section then, String... words) {
        return then.keys().stream().anyMatch(List.of(words)::contains);
    }

    private static boolean isTarget(String text) {
        if (!text.matches("[!-~]{1,2048}")) {
            return false;
        }
        try {
            URI uri = new URI(text);
            if (!text.equals(uri.toASCIIString())) {
                return false;
            }
            if (uri.getScheme() == null) {
                return text.startsWith("/") && !text.startsWith("//") && uri.getAuthority() == null;
            }
            return (uri.getScheme().equals("http") || uri.getScheme().equals("https")) && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
