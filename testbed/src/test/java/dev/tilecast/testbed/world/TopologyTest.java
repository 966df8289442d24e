package dev.tilecast.testbed.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tilecast.transport.Direction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopologyTest {
  private static final Place ORIGIN = new Place(0, 0);

  @Test
  void aLineRunsEast() {
    Topology line = Topology.line(3);

    assertThat(line.places()).extracting(Place::toString).containsExactly("0,0", "1,0", "2,0");
    assertThat(line.cables())
        .extracting(Cable::toString)
        .containsExactly("0,0 ET 1,0", "1,0 ET 2,0");
    assertThat(Topology.line(1).cables()).isEmpty();
  }

  @Test
  void aRingIsALineThatClosesTowardEast() {
    Topology ring = Topology.ring(4);

    assertThat(ring.neighbors(ORIGIN))
        .isEqualTo(Map.of(Direction.ET, new Place(1, 0), Direction.WT, new Place(3, 0)));
    assertThat(Collections.max(ring.distances(ORIGIN).values())).isEqualTo(2);
    assertThatThrownBy(() -> Topology.ring(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSquareHasFourNeighborsAPlace() {
    Topology square = Topology.square(3, 3);

    assertThat(square.cables()).hasSize(12);
    assertThat(square.neighbors(new Place(1, 1)))
        .isEqualTo(
            Map.of(
                Direction.NT, new Place(1, 0),
                Direction.ET, new Place(2, 1),
                Direction.ST, new Place(1, 2),
                Direction.WT, new Place(0, 1)));
    assertThat(square.places()).startsWith(ORIGIN, new Place(1, 0)).hasSize(9);
  }

  @Test
  void aBrickHasSixNeighborsAPlaceAndOddRowsLieHalfATileToTheRight() {
    Topology brick = Topology.brick(4, 4);

    assertThat(brick.neighbors(new Place(1, 1)))
        .isEqualTo(
            Map.of(
                Direction.NE, new Place(2, 0),
                Direction.ET, new Place(2, 1),
                Direction.SE, new Place(2, 2),
                Direction.SW, new Place(1, 2),
                Direction.WT, new Place(0, 1),
                Direction.NW, new Place(1, 0)));
    assertThat(brick.neighbors(new Place(1, 2)))
        .isEqualTo(
            Map.of(
                Direction.NE, new Place(1, 1),
                Direction.ET, new Place(2, 2),
                Direction.SE, new Place(1, 3),
                Direction.SW, new Place(0, 3),
                Direction.WT, new Place(0, 2),
                Direction.NW, new Place(0, 1)));
    // 4 rows of 3, and between rows twice 4 less one at an edge.
    assertThat(brick.cables()).hasSize(4 * 3 + 3 * 7);
  }

  @Test
  void neighborsSeeEachOtherFromOppositeSides() {
    for (Topology grid : List.of(Topology.brick(5, 4), Topology.square(4, 5), Topology.ring(6))) {
      for (Place place : grid.places()) {
        grid.neighbors(place)
            .forEach(
                (direction, neighbor) ->
                    assertThat(grid.neighbors(neighbor))
                        .containsEntry(direction.opposite(), place));
      }
    }
  }

  @Test
  void holesTakeTheirCablesAlong() {
    Topology line = Topology.line(4).without(new Place(1, 0));

    assertThat(line.places()).hasSize(3);
    assertThat(line.cables()).extracting(Cable::toString).containsExactly("2,0 ET 3,0");
    assertThat(line.distances(ORIGIN)).isEqualTo(Map.of(ORIGIN, 0));
    assertThatThrownBy(() -> line.without(new Place(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,0");
  }

  @Test
  void anyCablesMakeATopologyIfTheirEndsAreFree() {
    Place a = new Place(3, 3);
    Place b = new Place(-1, 7);
    Cable east = new Cable(a, Direction.ET, b);

    Topology topology = Topology.of(List.of(east, new Cable(b, Direction.ET, a)));
    assertThat(topology.places()).containsExactly(a, b);
    assertThat(topology.neighbors(a)).isEqualTo(Map.of(Direction.ET, b, Direction.WT, b));

    assertThatThrownBy(() -> Topology.of(List.of(east, new Cable(a, Direction.ET, ORIGIN))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cable 3,3 ET 0,0 ends at ET of 3,3, where 3,3 ET -1,7 is");
    assertThatThrownBy(() -> Topology.of(List.of(east, new Cable(b, Direction.WT, a))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void distancesCountCables() {
    assertThat(Collections.max(Topology.brick(8, 8).distances(ORIGIN).values())).isEqualTo(11);
    assertThat(Collections.max(Topology.square(8, 8).distances(ORIGIN).values())).isEqualTo(14);
  }
}
