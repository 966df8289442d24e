package dev.tilecast.testbed.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be live in the end. */
final class LedgerTest {
  @TempDir private Path folder;
  private final Ledger ledger = new Ledger();
  private Published first;
  private Published second;
  private Published third;

  @BeforeEach
  void makeVersions() throws Exception {
    first = Sample.made(ledger, folder, 10, "one");
    second = Sample.made(ledger, folder, 20, "two");
    third = Sample.made(ledger, folder, 30, "three");
  }

  @Test
  void whatIsOnlyMadeIsNotRequired() {
    assertThat(ledger.names()).containsExactly("demo.mfz");
    assertThat(ledger.required("demo.mfz")).isEmpty();
  }

  @Test
  void theNewestOfAllThatWasPromisedIsRequired() {
    ledger.acknowledged(second);
    ledger.acknowledged(first);
    assertThat(ledger.required("demo.mfz")).contains(second);

    ledger.delivered(3, third);
    assertThat(ledger.required("demo.mfz")).contains(third);
    assertThat(ledger.required("other.mfz")).isEmpty();
  }

  @Test
  void whatAnOlderFileMayHaveReplacedInOneInboxIsNotRequiredOnItsAccount() {
    ledger.acknowledged(first);
    ledger.delivered(3, third);
    ledger.delivered(4, second);

    ledger.mayBeReplaced(3, third);
    assertThat(ledger.required("demo.mfz")).contains(third);

    ledger.mayBeReplaced(3, second);
    assertThat(ledger.required("demo.mfz")).contains(second);

    ledger.mayBeReplaced(4, first);
    assertThat(ledger.required("demo.mfz")).contains(first);
  }

  @Test
  void aVersionIsOvertakenByTheNextOneOfItsName() {
    assertThat(ledger.isOvertaken(second)).isTrue();
    assertThat(ledger.isOvertaken(third)).isFalse();
  }

  @Test
  void aVersionIsKnownByItsBytesAndByItself() {
    assertThat(ledger.ofFile(second.sha256())).contains(second);
    assertThat(ledger.ofFile("00")).isEmpty();
    assertThat(ledger.of(third.version())).contains(third);
    assertThat(third.index()).isEqualTo(3);
  }
}
