package dev.tilecast.engine.mfz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.message.ManifestHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CutTest {
  private static final long SEED = 4096;

  @TempDir private Path folder;

  static List<List<String>> vectors() throws IOException {
    return Vectors.table("cuts.tsv").stream().map(List::of).toList();
  }

  private static byte[] input(String kind, int bytes) {
    byte[] input = new byte[bytes];
    if (kind.equals("stream")) {
      for (int at = 0, block = 0; at < bytes; at += 32, block++) {
        byte[] digest = streamBlock(block);
        System.arraycopy(digest, 0, input, at, Math.min(32, bytes - at));
      }
    } else if (kind.equals("period")) {
      for (int at = 0; at < bytes; at++) {
        input[at] = (byte) at;
      }
    }
    return input;
  }

  private static byte[] streamBlock(long number) {
    byte[] seed = Arrays.copyOf("tilecast cut 1".getBytes(US_ASCII), 14 + 8);
    ByteBuffer.wrap(seed).putLong(14, number);
    return Digests.newSha256().digest(seed);
  }

  private List<ChunkRef> cut(byte[] input) throws IOException {
    Path file = Files.write(folder.resolve("input"), input);
    try (FileChannel channel = FileChannel.open(file)) {
      return Cut.chunks(channel);
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void cutsAsTheSecondImplementationDoes(List<String> vector) throws IOException {
    int bytes = Integer.parseInt(vector.get(1));

    List<ChunkRef> chunks = cut(input(vector.get(0), bytes));

    int average = Cut.Parameters.forLength(bytes).average();
    assertThat(average).isEqualTo(Integer.parseInt(vector.get(2)));
    assertThat(chunks).hasSize(Integer.parseInt(vector.get(3)));
    assertThat(
            chunks.stream()
                .limit(12)
                .map(chunk -> String.valueOf(chunk.length()))
                .collect(Collectors.joining(",")))
        .isEqualTo(vector.get(5));
    ByteBuffer pages = ByteBuffer.allocate(chunks.size() * 36);
    for (ChunkRef chunk : chunks) {
      pages.putInt(chunk.length());
      chunk.digest().putInto(pages);
    }
    assertThat(Bytes.sha256(pages.array()).toHex()).isEqualTo(vector.get(4));
  }

  @Test
  void doesNotDependOnHowTheBytesCome() {
    byte[] input = input("stream", 300_000);
    Cut.Parameters parameters = Cut.Parameters.forLength(input.length);
    Cut whole = new Cut(parameters);
    whole.update(input, 0, input.length);
    List<ChunkRef> expected = whole.finish();
    Random random = new Random(SEED);

    for (int most : List.of(1, 63, 64, 5000)) {
      Cut pieces = new Cut(parameters);
      for (int at = 0; at < input.length; ) {
        int part = Math.min(1 + random.nextInt(most), input.length - at);
        pieces.update(input, at, part);
        at += part;
      }
      assertThat(pieces.finish()).as("pieces of up to %d bytes", most).isEqualTo(expected);
    }
  }

  private boolean matches(byte[] input, List<ChunkRef> expected, long from, long to)
      throws IOException {
    Path file = Files.write(folder.resolve("input"), input);
    try (FileChannel channel = FileChannel.open(file)) {
      return Cut.matches(channel, expected, from, to);
    }
  }

  private static List<ChunkRef> with(List<ChunkRef> chunks, int index, ChunkRef chunk) {
    List<ChunkRef> changed = new ArrayList<>(chunks);
    changed.set(index, chunk);
    return changed;
  }

  @Test
  void matchesItsOwnCutAndNoOther() throws IOException {
    byte[] input = input("stream", 300_000);
    List<ChunkRef> chunks = cut(input);
    List<ChunkRef> longer = new ArrayList<>(chunks);
    longer.add(chunks.get(0));

    for (long to : List.of(0L, (long) input.length)) {
      assertThat(matches(input, chunks, 0, to)).isTrue();
      assertThat(matches(input, chunks.subList(0, chunks.size() - 1), 0, to)).isFalse();
      assertThat(matches(input, chunks.subList(1, chunks.size()), 0, to)).isFalse();
      assertThat(matches(input, longer, 0, to)).isFalse();
      ChunkRef third = chunks.get(3);
      ChunkRef shorter = new ChunkRef(third.length() - 1, third.digest());
      assertThat(matches(input, with(chunks, 3, shorter), 0, to)).isFalse();
    }
  }

  @Test
  void matchingHashesAllChunksThatAreNotProven() throws IOException {
    byte[] input = input("stream", 300_000);
    List<ChunkRef> chunks = cut(input);
    long from = chunks.get(0).length() + 1L;
    long to = (long) input.length - chunks.get(chunks.size() - 1).length() - 1;

    for (int i = 0; i < chunks.size(); i++) {
      ChunkRef other = new ChunkRef(chunks.get(i).length(), Bytes.sha256(new byte[] {(byte) i}));
      boolean proven = i >= 2 && i < chunks.size() - 2;
      assertThat(matches(input, with(chunks, i, other), from, to))
          .as("chunk " + i)
          .isEqualTo(proven);
      assertThat(matches(input, with(chunks, i, other), 0, 0)).as("chunk " + i).isFalse();
    }
  }

  @Test
  void aChangeMovesOnlyTheChunksAroundIt() throws IOException {
    byte[] before = input("stream", 2_000_000);
    byte[] after = new byte[before.length + 100];
    System.arraycopy(before, 0, after, 0, 900_000);
    System.arraycopy(before, 900_000, after, 900_100, before.length - 900_000);

    Set<ChunkRef> held = new HashSet<>(cut(before));
    List<ChunkRef> fresh = new ArrayList<>(cut(after));
    fresh.removeAll(held);

    assertThat(fresh.size()).isBetween(1, 4);
  }

  @Test
  void everyLengthKeepsTheBoundsOfAManifest() {
    for (long length = 1; length <= ManifestHead.FILE_BYTES_MAX; length = length * 3 / 2 + 1) {
      Cut.Parameters parameters = Cut.Parameters.forLength(length);
      long most = (length + parameters.min() - 1) / parameters.min();
      assertThat(most).as("%d bytes", length).isLessThanOrEqualTo(ManifestHead.CHUNKS_MAX);
      assertThat(parameters.max()).isEqualTo(8 * parameters.min());
    }
    assertThat(Cut.Parameters.forLength(ManifestHead.FILE_BYTES_MAX).average()).isEqualTo(1 << 19);
    assertThat(Cut.Parameters.forLength(8 << 20).average()).isEqualTo(4096);
    assertThat(Cut.Parameters.forLength((8 << 20) + 1).average()).isEqualTo(8192);
  }

  @Test
  void refusesLengthsThatNoVersionHas() {
    assertThatThrownBy(() -> Cut.Parameters.forLength(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cut.Parameters.forLength(ManifestHead.FILE_BYTES_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cut.Parameters(5000)).isInstanceOf(IllegalArgumentException.class);
  }
}
