package dev.tilecast.engine.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.core.Effect;
import dev.tilecast.engine.files.FileLimits;
import dev.tilecast.engine.files.Room;
import dev.tilecast.engine.files.Staging;
import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.ChunkRef;
import dev.tilecast.engine.mfz.Cut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a pass over each chunk finds what cutting the whole file would find. */
final class ChunkChecksTest {
  private static final Bytes ID = Bytes.sha256(new byte[] {1});

  @TempDir private Path folder;
  private final byte[] file = new byte[300_000];
  private List<ChunkRef> chunks;
  private Staging staging;
  private ChunkChecks checks;

  @BeforeEach
  void stage() throws IOException {
    new Random(7).nextBytes(file);
    Cut cut = new Cut(Cut.Parameters.forLength(file.length));
    cut.update(file, 0, file.length);
    chunks = cut.finish();
    staging = new Staging(folder, new Room(folder, FileLimits.defaults().withReserveBytes(0)));
    assertThat(staging.open(ID, file.length)).isEmpty();
    staging.write(ID, 0, Bytes.copyOf(file));
    checks = new ChunkChecks(staging);
  }

  @AfterEach
  void close() throws IOException {
    staging.close();
  }

  private boolean check(List<ChunkRef> chunks, int index) throws IOException {
    long offset = chunks.subList(0, index).stream().mapToLong(ChunkRef::length).sum();
    return checks.isGood(new Effect.CheckChunk(ID, index, offset, chunks.get(index)));
  }

  private boolean areAllCutByRule(List<ChunkRef> chunks) throws IOException {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      assertThat(check(chunks, i)).as("chunk " + i).isTrue();
    }
    return checks.areAllCutByRule(ID, chunks.size());
  }

  private ChunkRef chunk(int from, int to) {
    return new ChunkRef(to - from, Bytes.sha256(Arrays.copyOfRange(file, from, to)));
  }

  @Test
  void theCutOfTheRuleIsRecognised() throws IOException {
    assertThat(chunks).hasSizeGreaterThan(20);
    assertThat(checks.areAllCutByRule(ID, chunks.size())).isFalse();
    assertThat(areAllCutByRule(chunks)).isTrue();
  }

  @Test
  void everyBoundaryThatIsMovedIsNoticed() throws IOException {
    int start = 0;
    for (int i = 0; i + 1 < chunks.size(); i++) {
      int middle = start + chunks.get(i).length();
      int end = middle + chunks.get(i + 1).length();
      for (int by : new int[] {-1, 1}) {
        List<ChunkRef> moved = new ArrayList<>(chunks);
        moved.set(i, chunk(start, middle + by));
        moved.set(i + 1, chunk(middle + by, end));
        assertThat(areAllCutByRule(moved)).as("end of chunk " + i + " by " + by).isFalse();
      }
      start = middle;
    }
  }

  @Test
  void twoChunksInOneAndOneInTwoAreNoticed() throws IOException {
    List<ChunkRef> joined = new ArrayList<>(chunks.subList(1, chunks.size()));
    int first = chunks.get(0).length();
    joined.set(0, chunk(0, first + chunks.get(1).length()));
    assertThat(areAllCutByRule(joined)).isFalse();

    List<ChunkRef> split = new ArrayList<>(chunks);
    split.set(0, chunk(0, first / 2));
    split.add(1, chunk(first / 2, first));
    assertThat(areAllCutByRule(split)).isFalse();
  }

  @Test
  void aChunkThatIsWrongIsNotProven() throws IOException {
    assertThat(areAllCutByRule(chunks)).isTrue();

    staging.write(ID, 5, Bytes.wrap(new byte[] {(byte) (file[5] + 1)}));
    assertThat(check(chunks, 0)).isFalse();
    assertThat(checks.areAllCutByRule(ID, chunks.size())).isFalse();

    staging.write(ID, 5, Bytes.wrap(new byte[] {file[5]}));
    assertThat(check(chunks, 0)).isTrue();
    assertThat(checks.areAllCutByRule(ID, chunks.size())).isTrue();
  }

  @Test
  void whatEndsByTheRuleIfItIsGoodIsStillComparedWithItsDigest() throws IOException {
    for (int i = 0; i + 1 < chunks.size(); i++) {
      checks.endIsKnown(ID, i);
    }
    assertThat(areAllCutByRule(chunks)).isTrue();

    staging.write(ID, 5, Bytes.wrap(new byte[] {(byte) (file[5] + 1)}));
    assertThat(check(chunks, 0)).isFalse();
    assertThat(checks.areAllCutByRule(ID, chunks.size())).isFalse();
  }

  @Test
  void nothingIsKnownOfAFileThatIsGone() throws IOException {
    assertThat(areAllCutByRule(chunks)).isTrue();

    checks.forget(ID);

    assertThat(checks.areAllCutByRule(ID, chunks.size())).isFalse();
  }
}
