package dev.tilecast.testbed.bench;

import dev.tilecast.engine.message.Bytes;
import dev.tilecast.engine.message.Codec;
import dev.tilecast.engine.message.Message;
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
  private static final double USE_MIN_AT_1_PERCENT = 0.85;
  private static final double USE_MIN_AT_5_PERCENT = 0.6;
  private static final double DUPLICATES_PERCENT_MAX = 2;
  private static final double FIRST_WANT_ROUND_TRIPS_MAX = 2;
  private static final long PATIENCE_NANOS = 600 * SECOND;

  /** Each loses other packets. */
  private static final int SEEDS = 5;

  /** Long, so that nothing but the round trips of the protocol takes time. */
  private static final long LATENCY_NANOS = SECOND / 100;

  private final int fileBytes;
  private final int seeds;

  /** Where it is published, where it is pulled, and what happened when. */
  private static final class Hop implements Watch {
    private final World world;
    private final SimTile from;
    private final SimTile to;
    private long toldAt = -1;
    private long askedAt = -1;
    private long liveAt = -1;
    private long dataBytes;
    private long crossed;
    private PortCounters before;

    Hop(LinkSettings links, long seed) {
      world = new World(new Timeline(seed), Topology.line(2), setting(links));
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

    /** From the first word of the file until it was live at the other end. */
    double seconds() {
      return (liveAt - toldAt) / (double) SECOND;
    }

    /** What a link that loses nothing needs for its bytes alone. */
    double secondsMin() {
      return crossed / StreamingBound.payloadPerSecond(setting(LinkSettings.PERFECT));
    }

    /** Which share of what such a link can carry was used. */
    double use() {
      return secondsMin() / seconds();
    }

    /** How many bytes were sent again, lost ones included, for a hundred of the file. */
    double againPercent() {
      return 100.0 * (dataBytes - crossed) / crossed;
    }

    /** Runs until the file is live at the other end. */
    Hop cross(int fileBytes) throws ExpectationException {
      crossed = fileBytes;
      world.startAll();
      world.run(SECOND);
      world.drop(from, SampleFile.sealed(world, fileBytes));
      if (!world.runUntil(() -> liveAt >= 0, PATIENCE_NANOS)) {
        throw new ExpectationException(
            "the file of " + fileBytes + " bytes did not cross one link within ten minutes");
      }
      return this;
    }
  }

  LinkBench() {
    this(FILE_BYTES, SEEDS);
  }

  /** With a file of so many bytes, and so many seeds of each link that loses packets. */
  LinkBench(int fileBytes, int seeds) {
    this.fileBytes = fileBytes;
    this.seeds = seeds;
  }

  private static World.Setting setting(LinkSettings links) {
    return new World.Setting(links, DeviceSettings.INDEPENDENT, TileModel.QUICK);
  }

  @Override
  public void run(Consumer<Figure> figures) throws ExpectationException {
    clean(figures);
    lossy(figures, 1, USE_MIN_AT_1_PERCENT);
    lossy(figures, 5, USE_MIN_AT_5_PERCENT);
    firstWant(figures);
  }

  private void clean(Consumer<Figure> figures) throws ExpectationException {
    Hop hop = new Hop(LinkSettings.PERFECT, 1).cross(fileBytes);
    int mtu = hop.from.device().settings().mtu();
    double best = (double) Codec.dataBytes(mtu) / mtu;
    long wire = hop.counters().sentBytes() - hop.before.sentBytes();
    figures.accept(
        Figure.atLeast(PAYLOAD_MIN, "link.payload", (double) fileBytes / wire, "").bound(best));
    figures.accept(
        Figure.atMost(DUPLICATES_PERCENT_MAX, "link.duplicates", hop.againPercent(), "%").bound(0));
    figures.accept(Figure.atLeast(USE_MIN, "link.use", hop.use(), "").bound(1));
    figures.accept(Figure.told("link.time", hop.seconds(), "s").bound(hop.secondsMin()));
  }

  /** The worst of some seeds on a link that loses so many of a hundred packets, either way. */
  private void lossy(Consumer<Figure> figures, int percent, double useMin)
      throws ExpectationException {
    double loss = percent / 100.0;
    double use = 1;
    double again = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      Hop hop = new Hop(LinkSettings.PERFECT.withLoss(loss), seed).cross(fileBytes);
      use = Math.min(use, hop.use());
      again = Math.max(again, hop.againPercent());
    }
    String suffix = "-loss-" + percent;
    figures.accept(Figure.atLeast(useMin, "link.use" + suffix, use, "").bound(1 - loss));
    figures.accept(Figure.told("link.again" + suffix, again, "%").bound(100 * loss / (1 - loss)));
  }

  /** On a link of unlimited rate, of a file with one page of chunks. */
  private static void firstWant(Consumer<Figure> figures) throws ExpectationException {
    LinkSettings distant =
        LinkSettings.PERFECT.withBytesPerSecond(0).withLatencyNanos(LATENCY_NANOS);
    Hop hop = new Hop(distant, 1).cross(SMALL_FILE_BYTES);
    double roundTrips = (hop.askedAt - hop.toldAt) / (2.0 * LATENCY_NANOS);
    // It cannot be asked for before the neighbor's word of it has come.
    figures.accept(
        Figure.atMost(FIRST_WANT_ROUND_TRIPS_MAX, "link.first-want", roundTrips, "round trips")
            .bound(0.5));
  }
}
