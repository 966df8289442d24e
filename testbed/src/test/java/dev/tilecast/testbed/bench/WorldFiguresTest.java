package dev.tilecast.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.Topology;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The figures of simulated worlds, and the bound of an unsealed file's way. */
final class WorldFiguresTest {
  private static final double MILLI = 1e6;

  /** A file that takes one link a second, 10 ms until its first byte, 5 ms after its last. */
  private static final HopByHop SECOND =
      new HopByHop(1000, 1000, 10 * (long) MILLI, 5 * (long) MILLI);

  @Test
  void alongALineEachHopTakesTheWholeFile() {
    Map<Place, Double> earliest = SECOND.earliest(Topology.line(4), new Place(0, 0));

    assertThat(earliest.get(new Place(0, 0))).isZero();
    assertThat(earliest.get(new Place(1, 0))).isCloseTo(1015 * MILLI, within(1.0));
    assertThat(earliest.get(new Place(3, 0))).isCloseTo(3 * 1015 * MILLI, within(1.0));
  }

  @Test
  void twoNeighborsThatHaveItSendHalfOfItEach() {
    Map<Place, Double> earliest = SECOND.earliest(Topology.square(2, 2), new Place(0, 0));

    assertThat(earliest.get(new Place(1, 1))).isCloseTo((1015 + 515) * MILLI, within(1.0));
  }

  @Test
  void whoHasItLaterSendsLess() {
    Map<Place, Double> earliest = SECOND.earliest(Topology.square(3, 2), new Place(0, 0));

    // From 1,1 half of it has come when 2,0 begins, at 2040 ms; then each sends a quarter.
    assertThat(earliest.get(new Place(2, 0))).isCloseTo(2 * 1015 * MILLI, within(1.0));
    assertThat(earliest.get(new Place(2, 1))).isCloseTo((2040 + 250 + 5) * MILLI, within(1.0));
  }

  @Test
  void aLinkCarriesLittleElseThanTheFileAndNoByteTwice() throws ExpectationException {
    Map<String, Figure> figures = new LinkedHashMap<>();

    new LinkBench().run(figure -> figures.put(figure.name(), figure));

    assertThat(figures.get("link.payload").measured())
        .isBetween(0.90, figures.get("link.payload").bound().orElseThrow());
    assertThat(figures.get("link.duplicates").measured()).isZero();
    assertThat(figures.get("link.use").measured()).isBetween(0.90, 1.0);
    assertThat(figures.get("link.first-want").measured()).isBetween(0.5, 2.6);
  }
}
