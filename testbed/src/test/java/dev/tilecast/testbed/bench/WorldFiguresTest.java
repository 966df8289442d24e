package dev.tilecast.testbed.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.World;
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

    new LinkBench(512 << 10, 1).run(figure -> figures.put(figure.name(), figure));

    assertThat(figures.get("link.payload").measured())
        .isBetween(0.90, figures.get("link.payload").bound().orElseThrow());
    assertThat(figures.get("link.duplicates").measured()).isZero();
    assertThat(figures.get("link.use").measured()).isBetween(0.90, 1.0);
    assertThat(figures.get("link.use-loss-1").measured()).isBetween(0.3, 0.99);
    assertThat(figures.get("link.again-loss-5").measured()).isBetween(1.0, 10.0);
    assertThat(figures.get("link.first-want").measured()).isBetween(0.5, 2.6);
  }

  @Test
  void alongALineASealedFileIsBehindByAChunkAHop() {
    StreamingBound streaming = new StreamingBound(1000, 10, 100);

    assertThat(streaming.alongLine(1)).isEqualTo(10);
    assertThat(streaming.alongLine(8)).isCloseTo(10.7, within(1e-9));
  }

  @Test
  void fromACornerEachOfTwoLinksCarriesHalf() {
    StreamingBound streaming = new StreamingBound(1000, 10, 100);

    assertThat(streaming.byTwoPaths(11)).isCloseTo(5 + 1.1, within(1e-9));
  }

  @Test
  void aLinkCarries240BytesOfAFileIn255() {
    World.Setting setting =
        new World.Setting(LinkSettings.PERFECT, DeviceSettings.INDEPENDENT, TileModel.QUICK);

    assertThat(StreamingBound.payloadPerSecond(setting))
        .isCloseTo(65_536 * 240 / 255.0, within(1e-6));
  }

  @Test
  void theTilesOfARowShareTheCores() {
    assertThat(new Row(8, 2).seconds(0.1, 0.3)).isCloseTo(0.7, within(1e-9));
    assertThat(new Row(2, 64).seconds(0.1, 0.3)).isCloseTo(0.4, within(1e-9));
  }

  @Test
  void aLineIsNoQuickerThanItsBound() throws ExpectationException {
    Map<String, Figure> figures = new LinkedHashMap<>();

    new LineBench(2, 64 << 10).run(figure -> figures.put(figure.name(), figure));

    Figure live = figures.get("line.live");
    assertThat(live.measured()).isGreaterThan(live.bound().orElseThrow());
    assertThat(live.target().orElseThrow().limit())
        .isCloseTo(1.15 * live.bound().orElseThrow(), within(1e-9));
  }

  @Test
  void aGridIsNoQuickerThanItsBoundAndTheSameEachTime() throws Exception {
    Map<String, Figure> one = grid(1);
    Map<String, Figure> other = grid(2);

    assertThat(one).isEqualTo(other).containsOnlyKeys("grid.live", "grid.stalls", "grid.shared");
    assertThat(one.values())
        .allSatisfy(f -> assertThat(f.measured()).isGreaterThan(f.bound().orElseThrow()));
  }

  private static Map<String, Figure> grid(int threads) throws Exception {
    Map<String, Figure> figures = new LinkedHashMap<>();
    new GridBench(new GridBench.Plan(3, 64 << 10, 2, 1, threads))
        .run(figure -> figures.put(figure.name(), figure));
    return figures;
  }

  @Test
  void aRelayPassesOnAllBytesAgainAndAgain() throws Exception {
    byte[] bytes = new byte[3 << 20];
    try (Relay relay = new Relay(3)) {
      assertThat(relay.seconds(bytes)).isPositive();
      assertThat(relay.seconds(bytes)).isPositive();
    }
  }
}
