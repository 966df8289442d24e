package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RoomTest {
  private static final FileLimits LIMITS = new FileLimits(1000, 500, 300, 1, 1, 1, 1, 1);

  private long free = 4000;
  private final Room room = new Room(() -> free, LIMITS);

  @Test
  void whatIsPromisedIsNotPromisedTwice() throws IOException {
    assertThat(room.availableBytes()).isEqualTo(3500);
    for (int i = 0; i < 3; i++) {
      assertThat(room.claim("file " + i, "a file", 1000)).isEmpty();
    }

    Optional<Refusal> refusal = room.claim("file 4", "x.mfz", 501);

    assertThat(refusal.orElseThrow().reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(refusal.orElseThrow().text())
        .isEqualTo(
            "x.mfz needs 501 bytes, this tile has 500 (4000 are free, of which a file may take a"
                + " quarter, 500 are kept in reserve, 3000 are promised to open transfers and 0"
                + " taken by them); free disk space, or wait until they are done: tilecast"
                + " transfers");
    assertThat(room.claim("file 4", "x.mfz", 500)).isEmpty();
    assertThat(room.availableBytes()).isZero();
  }

  @Test
  void whatIsWrittenShowsInTheAccountOfTheDiskAndNotTwice() throws IOException {
    assertThat(room.claim("a", "a file", 1000)).isEmpty();
    assertThat(room.availableBytes()).isEqualTo(2500);

    free -= 400;
    room.written("a", 400);
    assertThat(room.availableBytes()).isEqualTo(2500);

    free -= 1000;
    room.written("a", 1000);
    assertThat(room.availableBytes()).isEqualTo(2100);
    room.release("a");
    room.written("a", 50);
    assertThat(room.availableBytes()).isEqualTo(2100);
  }

  @Test
  void aFileIsTooLargeAboveTheLimitOrAQuarterOfWhatIsFree() throws IOException {
    free = 100_000;
    assertThat(room.claim("a", "a.mfz", 1001).orElseThrow())
        .isEqualTo(
            new Refusal(
                Reason.TOO_LARGE,
                "a.mfz has 1001 bytes; this tile takes 1000 bytes at most; pack less"
                    + " into it, or raise file-bytes-max in tilecast.toml"));
    assertThat(room.claim("a", "a.mfz", 1000)).isEmpty();

    free = 3000;
    assertThat(room.claim("b", "b.mfz", 751).orElseThrow())
        .isEqualTo(
            new Refusal(
                Reason.TOO_LARGE,
                "b.mfz has 751 bytes; a file may take a quarter of the 3000 bytes that are free on"
                    + " this tile, which is 750; free disk space"));
  }

  @Test
  void aFileIsNotTooLargeWhereOpenTransfersTakeItsRoom() throws IOException {
    assertThat(room.claim("a", "a.mfz", 1000)).isEmpty();
    free -= 1000;
    room.written("a", 1000);

    assertThat(room.claim("b", "b.mfz", 1000).orElseThrow().reason()).isEqualTo(Reason.NO_SPACE);
    free = 2500;
    assertThat(room.claim("b", "b.mfz", 1000).orElseThrow().reason()).isEqualTo(Reason.TOO_LARGE);

    free = 4000;
    room.release("a");
    assertThat(room.claim("b", "b.mfz", 1000)).isEmpty();
  }

  @Test
  void aFullDiskHasNoRoomAndNoFileIsTooLargeForIt() throws IOException {
    free = 0;

    assertThat(room.claim("a", "a.mfz", 1).orElseThrow().reason()).isEqualTo(Reason.NO_SPACE);
  }

  @Test
  void thereIsNothingBelowTheReserve() throws IOException {
    free = 499;

    assertThat(room.availableBytes()).isZero();
    assertThat(room.claim("a", "a.mfz", 1).orElseThrow().reason()).isEqualTo(Reason.NO_SPACE);
  }

  @Test
  void theArchiveMayHoldItsQuotaOrAQuarterOfWhatIsFree() throws IOException {
    assertThat(room.archiveBytesMax()).isEqualTo(300);

    free = 400;

    assertThat(room.archiveBytesMax()).isEqualTo(100);
  }
}
