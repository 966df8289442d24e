package dev.tilecast.engine.files;

import static dev.tilecast.engine.files.Gathered.BLOCKS_MAX;
import static dev.tilecast.engine.files.Gathered.BLOCK_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GatheredTest {
  private static final int LENGTH = 8 * BLOCK_BYTES + 777;

  private final MemoryChannel file = new MemoryChannel(LENGTH);
  private final Gathered.Spare spare = new Gathered.Spare(6);
  private final BitSet told = new BitSet();
  private final Gathered gathered =
      new Gathered(file, spare, (at, length) -> told.set((int) at, (int) at + length));

  private final byte[] expected = new byte[LENGTH];

  private void write(int at, byte[] bytes) throws IOException {
    System.arraycopy(bytes, 0, expected, at, bytes.length);
    gathered.write(ByteBuffer.wrap(bytes), at);
  }

  private byte[] read(int at, int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    gathered.read(into, at);
    return into.array();
  }

  @Test
  void whoIsNotWrittenToIsIdleAfterAWhile() throws IOException {
    Gathered other = new Gathered(new MemoryChannel(LENGTH), spare, (at, length) -> {});
    write(5, new byte[100]);
    for (int i = 0; i < Gathered.IDLE_WRITES; i++) {
      assertThat(other.write(ByteBuffer.allocate(1), i)).isTrue();
    }
    assertThat(gathered.isIdle()).isFalse();

    other.write(ByteBuffer.allocate(1), 0);

    assertThat(gathered.isIdle()).isTrue();
    assertThat(other.isIdle()).isFalse();
    gathered.flush();
    assertThat(gathered.isIdle()).isFalse();
  }

  @Test
  void whatComesInAnyOrderIsReadAsItWasWritten() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      Gathered other = new Gathered(new MemoryChannel(LENGTH), spare, (at, length) -> {});
      for (int step = 0; step < 400; step++) {
        int at = random.nextInt(LENGTH);
        int length = 1 + random.nextInt(Math.min(LENGTH - at, 1 << random.nextInt(18)));
        int what = random.nextInt(20);
        if (what < 10) {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          write(at, bytes);
        } else if (what < 12) {
          // It takes memory away that this one could have had.
          other.write(ByteBuffer.allocate(1), at);
        } else if (what < 13) {
          other.flush();
        } else if (what < 14) {
          gathered.flush();
          assertThat(file.bytes).isEqualTo(expected);
        } else {
          assertThat(read(at, length)).isEqualTo(Arrays.copyOfRange(expected, at, at + length));
        }
      }
      other.end();
    }
    gathered.flush();
    assertThat(file.bytes).isEqualTo(expected);
  }

  @Test
  void piecesInOrderAreWrittenInWholeBlocks() throws IOException {
    Random random = new Random(1);
    int at = 0;
    while (at < 6 * BLOCK_BYTES) {
      byte[] piece = new byte[1 + random.nextInt(16_000)];
      random.nextBytes(piece);
      write(at, piece);
      at += piece.length;
    }

    List<String> whole = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      whole.add(i * BLOCK_BYTES + "+" + BLOCK_BYTES);
    }
    assertThat(file.writes).isEqualTo(whole);
    gathered.flush();
    assertThat(file.bytes).isEqualTo(expected);
  }

  @Test
  void severalSourcesAreGatheredSideBySide() throws IOException {
    byte[] piece = new byte[BLOCK_BYTES / 8];
    for (int i = 0; i < 8; i++) {
      for (int source = 0; source < BLOCKS_MAX; source++) {
        Arrays.fill(piece, (byte) (i + 8 * source + 1));
        write(2 * source * BLOCK_BYTES + i * piece.length, piece);
      }
    }

    assertThat(file.writes)
        .hasSize(BLOCKS_MAX)
        .allMatch(write -> write.endsWith("+" + BLOCK_BYTES));
    assertThat(file.bytes).isEqualTo(expected);
  }

  @Test
  void memoryIsBoundedAndComesBack() throws IOException {
    List<Gathered> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Gathered one = new Gathered(file, spare, (at, length) -> {});
      one.write(ByteBuffer.wrap(new byte[] {(byte) i}), i);
      files.add(one);
    }
    // Six hold theirs; the others have written it.
    assertThat(file.writes).hasSize(14);

    for (Gathered one : files) {
      one.end();
    }
    file.writes.clear();
    write(0, new byte[] {1});
    assertThat(file.writes).isEmpty();
  }

  @Test
  void whatTheDiskDoesNotTakeIsNotLost() throws IOException {
    byte[] early = new byte[BLOCK_BYTES - 1];
    Arrays.fill(early, (byte) 5);
    write(0, early);
    file.isFull = true;

    assertThatThrownBy(() -> write(BLOCK_BYTES - 1, new byte[] {6}))
        .hasMessageContaining("No space left on device");
    assertThatThrownBy(gathered::flush).hasMessageContaining("No space left on device");
    assertThat(read(0, BLOCK_BYTES)).isEqualTo(Arrays.copyOf(expected, BLOCK_BYTES));
    assertThat(told.isEmpty()).isTrue();

    file.isFull = false;
    gathered.flush();
    assertThat(file.bytes).isEqualTo(expected);
    assertThat(told.cardinality()).isEqualTo(BLOCK_BYTES);
  }

  @Test
  void itTellsWhatTheDiskHas() throws IOException {
    write(10, new byte[20]);
    assertThat(told.isEmpty()).isTrue();

    // A gap: what is known of the block so far goes first.
    write(100, new byte[5]);
    assertThat(told.toString()).startsWith("{10, ").endsWith(", 29}");

    gathered.flush();
    assertThat(told.cardinality()).isEqualTo(25);
  }

  @Test
  void whatHasEndedTakesAndWritesNothing() throws IOException {
    write(10, new byte[20]);

    gathered.end();

    gathered.flush();
    assertThat(file.writes).isEmpty();
    assertThatThrownBy(() -> write(0, new byte[1])).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void nothingIsReadBeyondTheEnd() {
    assertThatThrownBy(() -> read(LENGTH - 1, 2))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the file ends at " + LENGTH);
  }
}
