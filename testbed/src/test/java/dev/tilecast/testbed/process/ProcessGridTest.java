package dev.tilecast.testbed.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tilecast.engine.daemon.LinkSettings;
import dev.tilecast.engine.daemon.Settings;
import dev.tilecast.engine.mfz.Handle;
import dev.tilecast.engine.mfz.KeyFolder;
import dev.tilecast.transport.Direction;
import dev.tilecast.transport.tcp.TcpAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the tiles of a grid are joined, as their daemons will read it. */
final class ProcessGridTest {
  /** What a step in a direction changes on T2's own map, whose second coordinate grows upwards. */
  private static final Map<Direction, List<Integer>> T2_STEPS =
      Map.of(
          Direction.NE, List.of(1, 1),
          Direction.ET, List.of(2, 0),
          Direction.SE, List.of(1, -1),
          Direction.SW, List.of(-1, -1),
          Direction.WT, List.of(-2, 0),
          Direction.NW, List.of(-1, 1));

  @TempDir private Path folder;
  private Path key;

  @BeforeEach
  void makeKey() throws Exception {
    KeyFolder keys = new KeyFolder(folder.resolve("maker"));
    Handle signer = new Handle("alpha");
    keys.generate(signer, 2048);
    key = keys.publicFile(signer);
  }

  @Test
  void aTileInTheMiddleOfASquareGridHasFourNeighbors() throws Exception {
    ProcessGrid grid = grid(3, 3, Wiring.SQUARE);

    assertThat(directions(grid.at(1, 1)))
        .containsExactlyInAnyOrder(Direction.NT, Direction.ET, Direction.ST, Direction.WT);
    assertThat(directions(grid.at(0, 0))).containsExactlyInAnyOrder(Direction.ET, Direction.ST);
    assertThat(grid.links()).isEqualTo(12);
  }

  @Test
  void everyEndThatConnectsFindsTheOppositeEndThatListens() throws Exception {
    for (Wiring wiring : Wiring.values()) {
      ProcessGrid grid = grid(4, 3, wiring);
      Set<Path> listening = new HashSet<>();
      Set<Path> connecting = new HashSet<>();
      for (ProcessTile tile : grid.tiles()) {
        for (LinkSettings link : links(tile)) {
          if (link.address() instanceof TcpAddress.ConnectByFile connect) {
            assertThat(connect.file().getFileName())
                .hasToString("link-" + link.direction().opposite() + ".address");
            assertThat(connecting.add(connect.file())).isTrue();
          } else if (link.address() instanceof TcpAddress.Listen listen) {
            assertThat(listening.add(listen.addressFile().orElseThrow())).isTrue();
          }
        }
      }
      assertThat(connecting).isEqualTo(listening).hasSize(grid.links());
    }
  }

  @Test
  void theBrickGridIsTheMapOfT2Tiles() throws Exception {
    ProcessGrid grid = grid(4, 4, Wiring.BRICK);
    Map<Path, List<Integer>> places = new HashMap<>();
    for (int row = 0; row < grid.height(); row++) {
      for (int column = 0; column < grid.width(); column++) {
        places.put(grid.at(column, row).home(), List.of(2 * column + row % 2, -row));
      }
    }

    for (ProcessTile tile : grid.tiles()) {
      for (LinkSettings link : links(tile)) {
        if (link.address() instanceof TcpAddress.ConnectByFile connect) {
          List<Integer> here = places.get(tile.home());
          List<Integer> there = places.get(connect.file().getParent().getParent());
          List<Integer> step = T2_STEPS.get(link.direction());
          assertThat(there).containsExactly(here.get(0) + step.get(0), here.get(1) + step.get(1));
        }
      }
    }
    assertThat(directions(grid.at(1, 1))).containsExactlyInAnyOrderElementsOf(T2_STEPS.keySet());
  }

  @Test
  void aGridThatIsApartLeavesItsLastRowShortAndAPlaceBetweenTheEndsOfEachLink() throws Exception {
    Launcher launcher = new Launcher(List.of("tilecast"));
    ProcessGrid grid = ProcessGrid.createApart(folder, 5, Wiring.BRICK, key, launcher);

    assertThat(grid.tiles())
        .extracting(ProcessTile::label)
        .containsExactly("0,0", "1,0", "2,0", "0,1", "1,1");
    assertThat(grid.joints())
        .extracting(ProcessGrid.Joint::label)
        .containsExactly("0,0-ET", "0,0-SE", "1,0-ET", "1,0-SE", "1,0-SW", "2,0-SW", "0,1-ET");
    Set<Path> listening = new HashSet<>();
    Set<Path> connecting = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      assertThat(grid.tiles().get(i).home()).isEqualTo(ProcessGrid.homeApart(folder, 5, i));
      for (LinkSettings link : links(grid.tiles().get(i))) {
        if (link.address() instanceof TcpAddress.ConnectByFile connect) {
          connecting.add(connect.file());
        } else if (link.address() instanceof TcpAddress.Listen listen) {
          listening.add(listen.addressFile().orElseThrow());
        }
      }
    }
    assertThat(grid.joints()).extracting(ProcessGrid.Joint::listening).hasSameElementsAs(listening);
    assertThat(grid.joints())
        .extracting(ProcessGrid.Joint::connecting)
        .hasSameElementsAs(connecting)
        .doesNotContainAnyElementsOf(listening);
  }

  private ProcessGrid grid(int width, int height, Wiring wiring) throws Exception {
    Path homes = folder.resolve(wiring.name());
    return ProcessGrid.create(
        homes, width, height, wiring, key, "", new Launcher(List.of("tilecast")));
  }

  private static List<LinkSettings> links(ProcessTile tile) throws Exception {
    return Settings.read(tile.home()).links();
  }

  private static List<Direction> directions(ProcessTile tile) throws Exception {
    return links(tile).stream().map(LinkSettings::direction).toList();
  }
}
