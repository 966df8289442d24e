package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
import dev.tilecast.engine.message.Name;
import dev.tilecast.testbed.check.Promises;
import dev.tilecast.testbed.process.ExpectationException;
import dev.tilecast.testbed.world.DeviceSettings;
import dev.tilecast.testbed.world.LinkSettings;
import dev.tilecast.testbed.world.Place;
import dev.tilecast.testbed.world.PortCounters;
import dev.tilecast.testbed.world.SimFile;
import dev.tilecast.testbed.world.SimTile;
import dev.tilecast.testbed.world.TileModel;
import dev.tilecast.testbed.world.Timeline;
import dev.tilecast.testbed.world.Topology;
import dev.tilecast.testbed.world.Watch;
import dev.tilecast.testbed.world.World;
import dev.tilecast.transport.Direction;
import java.util.function.Consumer;

/**
 * One file over one simulated link: which share of the bytes on the wire is payload, which share of
 * what the link can carry is used, and how soon the first chunk is asked for.
 */
final class LinkBench implements Bench {
  private static final long SECOND = 1_000_000_000L;
  private static final int FILE_BYTES = 2 << 20;
  private static final int SMALL_FILE_BYTES = 4 << 10;
  private static final double PAYLOAD_MIN = 0.90;
  private static final double USE_MIN = 0.90;
  private static final double DUPLICATES_PERCENT_MAX = 2;
  private static final double FIRST_WANT_ROUND_TRIPS_MAX = 2;
  private static final long PATIENCE_NANOS = 600 * SECOND;

  /** Long, so that nothing but the round trips of the protocol takes time. */
  private static final long LATENCY_NANOS = SECOND / 100;

  /** Where it is published, where it is pulled, and what happened when. */
  private static final class Hop implements Watch {
    private final World world;
    private final SimTile from;
    private final SimTile to;
    private long toldAt = -1;
    private long askedAt = -1;
    private long liveAt = -1;
    private long dataBytes;
    private PortCounters before;

    Hop(LinkSettings links, TileModel tile) {
      World.Setting setting = new World.Setting(links, DeviceSettings.INDEPENDENT, tile);
      world = new World(new Timeline(1), Topology.line(2), setting);
      from = world.tile(new Place(0, 0));
      to = world.tile(new Place(1, 0));
      before = counters();
      world.watch(new Promises(world));
      world.watch(this);
    }

    private PortCounters counters() {
      return world.links().values().iterator().next().a().allCounters();
    }

    @Override
    public void sent(SimTile tile, Direction direction, Message message) {
      if (message instanceof Message.Advertisement && toldAt < 0) {
        toldAt = world.now();
        before = counters();
      } else if (message instanceof Message.Want && askedAt < 0) {
        askedAt = world.now();
      } else if (message instanceof Message.Data data) {
        dataBytes += data.bytes().length();
      }
    }

    @Override
    public void wentLive(SimTile tile, SimFile file, Bytes content) {
      if (tile.equals(to)) {
        liveAt = world.now();
      }
    }

    /** Runs until the file is live at the other end. */
    Hop cross(int fileBytes) throws ExpectationException {
      world.startAll();
      world.run(SECOND);
      SimFile file = world.mint().make(new Name("bench.mfz"), 100, fileBytes, TileModel.SIGNER);
      world.drop(from, file);
      if (!world.runUntil(() -> liveAt >= 0, PATIENCE_NANOS)) {
        throw new ExpectationException(
            "the file of " + fileBytes + " bytes did not cross one link within ten minutes");
      }
      return this;
    }
  }

  @Override
  public void run(Consumer<Figure> figures) throws ExpectationException {
    LinkSettings clean = LinkSettings.PERFECT;
    Hop hop = new Hop(clean, TileModel.QUICK).cross(FILE_BYTES);
    int mtu = hop.from.device().settings().mtu();
    double best = (double) Codec.dataBytes(mtu) / mtu;
    long wire = hop.counters().sentBytes() - hop.before.sentBytes();
    double seconds = (hop.liveAt - hop.toldAt) / (double) SECOND;
    double payloadRate = clean.speed().bytesPerSecond() * best;
    figures.accept(
        Figure.atLeast(PAYLOAD_MIN, "link.payload", (double) FILE_BYTES / wire, "").bound(best));
    figures.accept(
        Figure.atMost(
                DUPLICATES_PERCENT_MAX,
                "link.duplicates",
                100.0 * (hop.dataBytes - FILE_BYTES) / FILE_BYTES,
                "%")
            .bound(0));
    figures.accept(
        Figure.atLeast(USE_MIN, "link.use", FILE_BYTES / payloadRate / seconds, "").bound(1));
    figures.accept(Figure.told("link.time", seconds, "s").bound(FILE_BYTES / payloadRate));
    firstWant(figures);
  }

  /** On a link of unlimited rate, of a file with one page of chunks. */
  private static void firstWant(Consumer<Figure> figures) throws ExpectationException {
    LinkSettings distant =
        LinkSettings.PERFECT.withBytesPerSecond(0).withLatencyNanos(LATENCY_NANOS);
    Hop hop = new Hop(distant, TileModel.QUICK).cross(SMALL_FILE_BYTES);
    double roundTrips = (hop.askedAt - hop.toldAt) / (2.0 * LATENCY_NANOS);
    // It cannot be asked for before the neighbor's word of it has come.
    figures.accept(
        Figure.atMost(FIRST_WANT_ROUND_TRIPS_MAX, "link.first-want", roundTrips, "round trips")
            .bound(0.5));
  }
}
