package dev.tilecast.engine.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.transport.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several transfers the window of one neighbor serves. */
final class SharingTest {
  private final Neighbor neighbor = new Neighbor(Direction.ET);

  private static Transfer transfer(String name, long stamp, int length) {
    Bytes digest = Bytes.sha256(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Transfer transfer =
        new Transfer(
            digest,
            new Name(name + ".mfz"),
            new Rank(stamp, digest.prefix(Message.Advertisement.DIGEST_PREFIX_BYTES)),
            length,
            Direction.ET,
            false,
            0);
    return transfer;
  }

  private List<String> inTurn(List<Transfer> pulling) {
    return Sharing.inTurn(pulling, t -> true, neighbor).stream()
        .map(t -> t.name.text().replace(".mfz", ""))
        .toList();
  }

  /** Who came first in so many turns. */
  private List<String> firsts(List<Transfer> pulling, int turns) {
    List<String> firsts = new ArrayList<>();
    for (int i = 0; i < turns; i++) {
      firsts.add(inTurn(pulling).get(0));
      neighbor.turns++;
    }
    return firsts;
  }

  @Test
  void whoLacksLeastComesFirst() {
    Transfer large = transfer("large", 1, 1_000_000);
    Transfer small = transfer("small", 1, 50_000);
    Transfer nearly = transfer("nearly", 1, 1_000_000);
    nearly.verifiedBytes = 990_000;

    assertThat(inTurn(List.of(large, small, nearly))).containsExactly("nearly", "small", "large");
  }

  @Test
  void ofEqualsTheNewestComesFirst() {
    Transfer old = transfer("old", 1, 1000);
    Transfer young = transfer("young", 2, 1000);

    assertThat(inTurn(List.of(old, young))).containsExactly("young", "old");
  }

  @Test
  void everyFourthTurnBelongsToTheOthersEachInTurn() {
    List<Transfer> pulling =
        List.of(transfer("a", 1, 1000), transfer("b", 1, 2000), transfer("c", 1, 3000));

    assertThat(firsts(pulling, 16))
        .containsExactly(
            "a", "a", "a", "b", "a", "a", "a", "c", "a", "a", "a", "b", "a", "a", "a", "c");
  }

  @Test
  void whatTheNeighborDoesNotGiveTakesNoTurn() {
    Transfer small = transfer("small", 1, 1000);
    Transfer large = transfer("large", 1, 2000);

    assertThat(Sharing.inTurn(List.of(small, large), t -> t == large, neighbor))
        .containsExactly(large);
  }

  @Test
  void aSmallFileOvertakesALargeOneThatStillMovesOn() {
    Grid grid = new Grid(5);
    List<Grid.Tile> line = grid.line(2);
    line.get(0).wires.get(Direction.ET).rate = 50_000;
    Grid.TestFile large = grid.file("large.mfz", 100, 1_000_000, "alpha");
    grid.startAll();
    line.get(0).dropSealed(1, large);
    grid.run(3 * Grid.SECOND);
    long before = verified(line.get(1), large);

    Grid.TestFile small = grid.file("small.mfz", 100, 100_000, "alpha");
    line.get(0).dropSealed(2, small);
    long begun = grid.now;
    assertThat(grid.runUntil(() -> line.get(1).holds(small), 30 * Grid.SECOND)).isTrue();

    // By itself it takes 2.7 s, in halves 4.9 s.
    assertThat((grid.now - begun) / 1e9).isBetween(2.5, 4.0);
    assertThat(verified(line.get(1), large) - before).isBetween(20_000L, 85_000L);
  }

  private static long verified(Grid.Tile tile, Grid.TestFile file) {
    return tile.core.report().transfers().stream()
        .filter(t -> t.name().equals(file.entry().version().name()))
        .mapToLong(TileReport.Transfer::verifiedBytes)
        .sum();
  }
}
