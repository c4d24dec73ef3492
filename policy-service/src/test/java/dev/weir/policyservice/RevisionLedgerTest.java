package dev.weir.policyservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.contracts.SequencePair;
import dev.weir.policy.SignedRevision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionLedgerTest {
    private static final Instant NOW = Instant.parse("2026-05-04T03:02:01Z");
    private final KeyPair keys = TestKeys.fresh();

    @TempDir
    private Path directory;

    @Test
    void goesOnCountingAfterARestart() throws IOException {
        RevisionLedger first = RevisionLedger.open(directory, keys, 7);
        SignedRevision one = first.append(new byte[] {1}, NOW);
        SignedRevision two = first.append(new byte[] {2}, NOW);
        RevisionLedger again = RevisionLedger.open(directory, keys, 8);

        assertThat(one.number()).isEqualTo(1);
        assertThat(again.reached()).isEqualTo(new SequencePair(7, 2));
        assertThat(again.newest())
                .hasValueSatisfying(newest -> assertThat(newest.hash()).isEqualTo(two.hash()));
        assertThat(again.append(new byte[] {3}, NOW).number()).isEqualTo(3);
    }

    @Test
    void neverGivesANumberTwiceThoughTheRevisionWasNotWritten() throws IOException {
        RevisionLedger first = RevisionLedger.open(directory, keys, 7);
        assertThat(first.append(new byte[] {1}, NOW).number()).isEqualTo(1);
        Path blocked = Files.createDirectories(directory.resolve("0000000000000007-000000000000000002.revision.new/x"));
        assertThat(blocked).exists();
        assertThatThrownBy(() -> first.append(new byte[] {2}, NOW)).isInstanceOf(IOException.class);
        assertThat(RevisionLedger.open(directory, keys, 8)
                        .append(new byte[] {2}, NOW)
                        .number())
                .isEqualTo(3);
    }

    @Test
    void beginsANewEpochWhenTheSequenceIsGone() throws IOException {
        assertThat(RevisionLedger.open(directory, keys, 7)
                        .append(new byte[] {1}, NOW)
                        .epoch())
                .isEqualTo(7);
        Files.writeString(directory.resolve("sequence"), "torn");
        RevisionLedger again = RevisionLedger.open(directory, keys, 8);
        assertThat(again.newest()).isEmpty();
        assertThat(again.append(new byte[] {1}, NOW).epoch()).isEqualTo(8);
        assertThat(again.newest()).isPresent();
    }

    @Test
    void passesOverARevisionThatIsDamagedOrNotItsOwn() throws IOException {
        RevisionLedger ledger = RevisionLedger.open(directory, keys, 7);
        SignedRevision one = ledger.append(new byte[] {1}, NOW);
        assertThat(ledger.append(new byte[] {2}, NOW).number()).isEqualTo(2);
        Files.write(directory.resolve("0000000000000007-000000000000000002.revision"), new byte[] {1, 2, 3});
        assertThat(ledger.newest())
                .hasValueSatisfying(newest -> assertThat(newest.hash()).isEqualTo(one.hash()));
        assertThat(RevisionLedger.open(directory, TestKeys.fresh(), 8).newest()).isEmpty();
    }

    @Test
    void keepsTheLastTen() throws IOException {
        RevisionLedger ledger = RevisionLedger.open(directory, keys, 7);
        for (int i = 1; i <= 13; i++) {
            assertThat(ledger.append(new byte[] {(byte) i}, NOW).number()).isEqualTo(i);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".revision")))
                    .hasSize(10)
                    .contains("0000000000000007-000000000000000013.revision")
                    .doesNotContain("0000000000000007-000000000000000003.revision");
        }
    }
}
