package dev.tilecast.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.core.Refusal;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
  private static final Bytes ID = Bytes.sha256(new byte[] {1});
  private static final Bytes OTHER = Bytes.sha256(new byte[] {2});

  private static final Staging.Follower NOBODY = (bytes, count) -> {};

  @TempDir Path folder;
  private long free = 1000 * Sample.MEBIBYTE;
  private final Room room = new Room(() -> free, Sample.limits());
  private Staging staging;

  private Staging staging() throws IOException {
    close();
    staging = new Staging(folder, room);
    return staging;
  }

  @AfterEach
  void close() throws IOException {
    if (staging != null) {
      staging.close();
    }
  }

  @Test
  void bytesWrittenInAnyOrderGiveTheFile() throws IOException {
    Bytes content = Sample.bytes(100_000, 1);
    Random random = new Random(5);
    Staging staging = staging();
    assertThat(staging.open(ID, content.length())).isEmpty();
    assertThat(staging.path(ID)).hasSize(content.length());

    boolean[] written = new boolean[content.length()];
    for (int i = 0; i < 3000; i++) {
      int offset = random.nextInt(content.length());
      int end = Math.min(content.length(), offset + 1 + random.nextInt(240));
      staging.write(ID, offset, content.slice(offset, end));
      for (int at = offset; at < end; at++) {
        written[at] = true;
      }
    }
    for (int at = 0; at < written.length; at++) {
      if (!written[at]) {
        staging.write(ID, at, content.slice(at, at + 1));
      }
    }
    staging.flush(ID);

    assertThat(staging.read(ID, 0, content.length())).isEqualTo(content);
    assertThat(Bytes.copyOf(Files.readAllBytes(staging.path(ID)))).isEqualTo(content);
  }

  @Test
  void onlyTheVeryBytesOfAChunkMatchItsDigest() throws IOException {
    Bytes content = Sample.bytes(300_000, 1);
    Staging staging = staging();
    assertThat(staging.open(ID, content.length())).isEmpty();
    ChunkRef chunk = new ChunkRef(200_000, Bytes.sha256(content.slice(50, 200_050).toArray()));
    assertThat(staging.digestMatches(ID, 50, chunk, NOBODY)).isFalse();

    staging.write(ID, 0, content);

    assertThat(staging.digestMatches(ID, 50, chunk, NOBODY)).isTrue();
    assertThat(staging.digestMatches(ID, 51, chunk, NOBODY)).isFalse();
    staging.write(ID, 200_049, Bytes.copyOf(new byte[] {(byte) (content.at(200_049) ^ 1)}));
    assertThat(staging.digestMatches(ID, 50, chunk, NOBODY)).isFalse();
  }

  @Test
  void aFileThatWasDeletedReplacedOrCutIsNotInPlaceAndIsMadeAnew() throws IOException {
    Staging staging = staging();
    assertThat(staging.isInPlace(ID)).isFalse();
    assertThat(staging.open(ID, 100)).isEmpty();
    assertThat(staging.isInPlace(ID)).isTrue();

    Files.delete(staging.path(ID));
    assertThat(staging.isInPlace(ID)).isFalse();
    Files.write(staging.path(ID), new byte[100]);
    assertThat(staging.isInPlace(ID)).isFalse();

    assertThat(staging.open(ID, 100)).isEmpty();
    assertThat(staging.isInPlace(ID)).isTrue();
    Files.write(staging.path(ID), new byte[99]);
    assertThat(staging.isInPlace(ID)).isFalse();
  }

  @Test
  void nothingIsWrittenOrReadBeyondTheFile() throws IOException {
    Staging staging = staging();
    assertThat(staging.open(ID, 100)).isEmpty();

    assertThatThrownBy(() -> staging.write(ID, 90, Sample.bytes(11, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("11 bytes at 90 of " + staging.path(ID) + ", which has 100");
    assertThatThrownBy(() -> staging.write(ID, -1, Sample.bytes(2, 1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> staging.write(ID, Long.MAX_VALUE, Sample.bytes(2, 1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> staging.read(ID, 99, 2)).isInstanceOf(IOException.class);
    assertThat(staging.path(ID)).hasSize(100);
  }

  @Test
  void whoOpensTheFileByItsNameFindsWhatWasFlushed() throws IOException {
    Bytes content = Sample.bytes(100_000, 1);
    Staging staging = staging();
    assertThat(staging.open(ID, content.length())).isEmpty();
    staging.write(ID, 0, content);

    staging.flush(ID);

    assertThat(Bytes.copyOf(Files.readAllBytes(staging.path(ID)))).isEqualTo(content);
  }

  @Test
  void whatIsClosedIsWrittenAndWhatIsKilledIsNot() throws IOException {
    Bytes content = Sample.bytes(1000, 1);
    Staging closed = staging();
    assertThat(closed.open(ID, 1000)).isEmpty();
    closed.write(ID, 0, content);
    closed.close();
    assertThat(Bytes.copyOf(Files.readAllBytes(closed.path(ID)))).isEqualTo(content);

    Staging killed = staging();
    assertThat(killed.open(OTHER, 1000)).isEmpty();
    killed.write(OTHER, 0, content);
    killed.abandon();
    killed.close();
    assertThat(Files.readAllBytes(killed.path(OTHER))).containsOnly(0);
  }

  /** Its first process may have heard, and told nobody, that the disk did not take it. */
  @Test
  void whatWasBeingSyncedWhenTheTileDiedIsWrittenAnew() throws IOException {
    Bytes content = Sample.bytes(100_000, 1);
    Staging killed = staging();
    for (Bytes id : List.of(ID, OTHER)) {
      assertThat(killed.open(id, content.length())).isEmpty();
      killed.write(id, 0, content);
      killed.flush(id);
    }
    killed.beginSync(ID);
    killed.close();
    Object before = Files.getAttribute(killed.path(ID), "unix:ino");
    Object untouched = Files.getAttribute(killed.path(OTHER), "unix:ino");

    Staging next = staging();
    next.sweep(Set.of(ID, OTHER));
    assertThat(next.reopen(ID, content.length())).isTrue();
    assertThat(next.reopen(OTHER, content.length())).isTrue();

    assertThat(Bytes.copyOf(Files.readAllBytes(next.path(ID)))).isEqualTo(content);
    assertThat(next.isInPlace(ID)).isTrue();
    assertThat(Files.getAttribute(next.path(ID), "unix:ino")).isNotEqualTo(before);
    assertThat(Files.getAttribute(next.path(OTHER), "unix:ino")).isEqualTo(untouched);
    try (Stream<Path> left = Files.list(next.path(ID).getParent())) {
      assertThat(left).containsExactlyInAnyOrder(next.path(ID), next.path(OTHER));
    }
  }

  @Test
  void whatCannotBeWrittenAnewIsPulledAnew() throws IOException {
    Staging killed = staging();
    assertThat(killed.open(ID, 1000)).isEmpty();
    killed.beginSync(ID);
    killed.close();
    Path inTheWay = killed.path(ID).resolveSibling(killed.path(ID).getFileName() + ".copy");
    Files.createDirectories(inTheWay.resolve("x"));

    Staging next = staging();
    assertThat(next.reopen(ID, 1000)).isFalse();
    next.drop(ID);
    try (Stream<Path> left = Files.list(inTheWay.getParent())) {
      assertThat(left).containsExactly(inTheWay);
    }
  }

  @Test
  void filesThatRestMakeWayForOneThatGoesOn() throws IOException {
    Staging staging = staging();
    int block = Gathered.BLOCK_BYTES;
    Bytes one = Bytes.copyOf(new byte[] {1});
    List<Bytes> resting = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      Bytes id = Bytes.sha256(new byte[] {(byte) file, 7});
      staging.open(id, 5L * block);
      resting.add(id);
      for (int i = 0; i < Gathered.BLOCKS_MAX; i++) {
        staging.write(id, (long) i * block, one);
      }
    }
    staging.open(ID, 5L * block);

    staging.write(ID, 0, one);
    assertThat(firstByteOnDisk(staging, ID)).isEqualTo(1);
    for (int i = 1; i < Gathered.IDLE_WRITES + 100; i++) {
      staging.write(ID, i, one);
    }
    staging.write(ID, 2L * block, one);

    // No more of them than is needed.
    assertThat(firstByteOnDisk(staging, resting.get(0))).isEqualTo(1);
    assertThat(firstByteOnDisk(staging, resting.get(3))).isEqualTo(0);
    assertThat(Files.readAllBytes(staging.path(ID))[2 * block]).isEqualTo((byte) 0);
    assertThat(staging.read(ID, 2L * block, 1)).isEqualTo(one);
  }

  private static int firstByteOnDisk(Staging staging, Bytes id) throws IOException {
    return Files.readAllBytes(staging.path(id))[0];
  }

  @Test
  void aFileThatIsNotOpenIsAnError() throws IOException {
    Staging staging = staging();

    assertThatThrownBy(() -> staging.write(ID, 0, Sample.bytes(1, 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no file is open in staging for manifest " + ID.toHex());
    staging.drop(ID);
  }

  @Test
  void roomIsRefusedBeforeTheFirstByte() throws IOException {
    free = 4 * Sample.MEBIBYTE;
    Staging staging = staging();
    for (int i = 0; i < 4; i++) {
      assertThat(staging.open(Bytes.sha256(new byte[i]), Sample.MEBIBYTE)).isEmpty();
    }

    Optional<Refusal> refusal = staging.open(OTHER, 20_000);

    assertThat(refusal.orElseThrow().reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(refusal.orElseThrow().text()).contains("needs 20000 bytes");
    assertThat(staging.path(OTHER)).doesNotExist();

    staging.drop(Bytes.sha256(new byte[0]));
    assertThat(staging.open(OTHER, 20_000)).isEmpty();
  }

  @Test
  void roomIsCountedInBlocksAndOnlyOnce() throws IOException {
    Staging staging = staging();
    long before = room.availableBytes();
    assertThat(staging.open(ID, 100 * 4096)).isEmpty();
    // The last block was written to give the file its length.
    assertThat(room.availableBytes()).isEqualTo(before - 99 * 4096);

    staging.write(ID, 4095, Sample.bytes(2, 1));
    staging.write(ID, 0, Sample.bytes(8192, 1));
    staging.flush(ID);
    assertThat(room.availableBytes()).isEqualTo(before - 97 * 4096);

    staging.drop(ID);
    assertThat(room.availableBytes()).isEqualTo(before);
  }

  @Test
  void aTransferGoesOnAfterARestartAndCheckedChunksNeedNoMoreRoom() throws IOException {
    Bytes content = Sample.bytes(20 * 4096, 1);
    Staging first = staging();
    assertThat(first.open(ID, content.length())).isEmpty();
    first.write(ID, 0, content.slice(0, 8 * 4096));
    first.close();
    room.release(ID.toHex());
    long before = room.availableBytes();

    Staging second = staging();
    assertThat(second.reopen(ID, content.length() + 1)).isFalse();
    assertThat(second.reopen(OTHER, content.length())).isFalse();
    assertThat(second.reopen(ID, content.length())).isTrue();

    assertThat(room.availableBytes()).isEqualTo(before - 20 * 4096);
    ChunkRef chunk = new ChunkRef(8 * 4096, Bytes.sha256(content.slice(0, 8 * 4096).toArray()));
    assertThat(second.digestMatches(ID, 0, chunk, NOBODY)).isTrue();
    assertThat(room.availableBytes()).isEqualTo(before - 12 * 4096);
  }

  @Test
  void openingAnewForgetsTheOldBytes() throws IOException {
    Staging staging = staging();
    assertThat(staging.open(ID, 10)).isEmpty();
    staging.write(ID, 0, Sample.bytes(10, 1));

    assertThat(staging.open(ID, 20)).isEmpty();

    assertThat(staging.read(ID, 0, 20)).isEqualTo(Bytes.copyOf(new byte[20]));
  }

  @Test
  void sweepingKeepsOnlyTheFilesOfOpenTransfers() throws IOException {
    Staging first = staging();
    assertThat(first.open(ID, 10)).isEmpty();
    assertThat(first.open(OTHER, 10)).isEmpty();
    Files.writeString(folder.resolve("drop-17.mfz"), "x");
    Files.writeString(folder.resolve(".odd.tmp"), "x");

    Staging second = staging();
    second.sweep(Set.of(ID));

    assertThat(Sample.names(folder)).containsExactly(ID.toHex() + ".part");
  }

  @Test
  void doesNotWriteThroughALinkThatSomebodyPutInItsWay() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Staging staging = staging();
    Files.createSymbolicLink(staging.path(ID), victim);

    assertThat(staging.reopen(ID, 8)).isFalse();
    assertThat(staging.open(ID, 8)).isEmpty();
    staging.write(ID, 0, Sample.bytes(8, 1));

    assertThat(victim).hasContent("precious");
  }

  @Test
  void aFullDiskIsToldFromABrokenOne() {
    assertThat(DiskRefusal.of(new IOException("x", new IOException("No space left on device"))))
        .matches(refusal -> refusal.reason() == Reason.NO_SPACE)
        .matches(refusal -> refusal.text().contains("the disk is full: x"));
    assertThat(DiskRefusal.of(new IOException("Input/output error")).reason())
        .isEqualTo(Reason.DISK_FAILED);
  }
}
