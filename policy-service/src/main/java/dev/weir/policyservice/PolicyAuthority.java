package dev.weir.policyservice;

import dev.weir.contracts.SequencePair;
import dev.weir.policyservice.PolicyReader.Bad;
import dev.weir.policyservice.PolicyReader.Configured;
import dev.weir.policyservice.PolicyReader.Good;
import dev.weir.settings.Problem;
import dev.weir.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says which policy is in force. What is configured is, until something is published by hand; that is, until what is
 * configured changes. What can't be used changes nothing but the problems. Blocks; for one thread.
 */
final class PolicyAuthority {
    private final PolicyOrigin configured;
    private final RevisionLedger ledger;
    private final PublishedPolicy published;
    private final Set<String> guarded;
    private final PolicyReader reader;
    private final FileWatch watch = new FileWatch();
    private Standing standing = new Standing(Optional.empty(), List.of(), List.of());

    /** @param guarded listeners that no policy may open to everybody */
    PolicyAuthority(PolicyOrigin configured, RevisionLedger ledger, PublishedPolicy published, Set<String> guarded) {
        this.configured = configured;
        this.ledger = ledger;
        this.published = published;
        this.guarded = Set.copyOf(guarded);
        this.reader = new PolicyReader(guarded);
    }

    /**
     * How things stand.
     *
     * @param inForce the revision in force; empty before the first good policy
     * @param problems why what was read last is not in force; empty if it is
     * @param notes what should be said though nothing is wrong
     */
    record Standing(Optional<PolicyInForce> inForce, List<Problem> problems, List<String> notes) {
        Standing {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
        }

        List<String> problemTexts() {
            return problems.stream().map(Problem::toString).toList();
        }

        SequencePair pair() {
            return inForce.map(PolicyInForce::pair).orElse(SequencePair.NONE);
        }
    }

    /**
     * Takes up the revision that was in force last, and reads what is configured now.
     *
     * @throws SettingsException if that can't be used and nothing was in force before, or if it stands in the
     *     configuration itself, which must be right at a start
     */
    Standing begin(Instant now) throws IOException {
        Optional<PolicyInForce> last = ledger.newest().flatMap(PolicyInForce::of);
        standing = new Standing(last, List.of(), List.of());
        Standing begun = read(now);
        if (!begun.problems().isEmpty() && (last.isEmpty() || !(configured instanceof PolicyOrigin.InFile))) {
            throw new SettingsException(begun.problems());
        }
        return begun;
    }

    /** Reads again if the files have changed. */
    Standing look(Instant now) throws IOException {
        return watch.isChanged() ? read(now) : standing;
    }

    /**
     * Puts a policy file's text in force.
     *
     * @return how things stand, or would stand if this is a dry run
     */
    Standing publish(String text, boolean dryRun, Instant now) throws IOException {
        PolicyReader.Outcome outcome =
                new PolicyReader(guarded).read(new PolicyOrigin.Published(text, configured.directory()));
        if (outcome instanceof Bad bad) {
            return new Standing(standing.inForce(), bad.problems(), List.of());
        }
        if (dryRun) {
            return new Standing(standing.inForce(), List.of(), ((Good) outcome).notes());
        }
        published.write(new PublishedPolicy.Entry(reader.configured(configured).fingerprint(), text));
        return read(now);
    }

    private Standing read(Instant now) throws IOException {
        watch.reading(now);
        Configured current = reader.configured(configured);
        Optional<PublishedPolicy.Entry> byHand = published.read();
        Optional<PolicyOrigin> holding = byHand.filter(entry -> entry.over().equals(current.fingerprint()))
                .map(entry -> new PolicyOrigin.Published(entry.text(), configured.directory()));
        PolicyOrigin origin = holding.orElse(configured);
        PolicyReader.Outcome outcome = reader.read(origin);
        Set<Path> files = new HashSet<>(current.files());
        files.addAll(outcome.files());
        watch.watch(files);
        if (outcome instanceof Good good) {
            standing = new Standing(Optional.of(inForce(good, now)), List.of(), good.notes());
            if (holding.isEmpty() && byHand.isPresent()) {
                published.delete();
            }
        } else {
            standing = new Standing(standing.inForce(), ((Bad) outcome).problems(), List.of());
        }
        return standing;
    }

    /** The revision with this content: the one in force if it says the same and is of this sequence, or a new one. */
    private PolicyInForce inForce(Good good, Instant now) throws IOException {
        byte[] bytes = good.content().toBytes();
        Optional<PolicyInForce> same = standing.inForce().filter(current -> current.says(bytes));
        return same.isPresent() ? same.get() : PolicyInForce.of(ledger.append(bytes, now), good.policy());
    }
}
