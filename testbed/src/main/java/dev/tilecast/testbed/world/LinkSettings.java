package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;

/**
 * How one cable behaves, the same in both directions (SCENARIOS.md, Links). Times that end in Max
 * are drawn evenly from 0 to that.
 */
public record LinkSettings(Speed speed, Noise noise, Signal signal) {
  /** What a T2 link carries in each direction while all six are busy. */
  private static final long T2_BYTES_PER_SECOND = 65_536;

  /** A T2 link at which nothing ever goes wrong, and every change is seen at once. */
  public static final LinkSettings PERFECT =
      new LinkSettings(
          new Speed(T2_BYTES_PER_SECOND, micros(300), 0, 0, 0),
          new Noise(0, 0, 0, 0, millis(20)),
          new Signal(0, millis(5), 0, millis(5), 0, 0, 0));

  /** A T2 link as it was measured on a good day: rare stalls, and a pulled cable is seen late. */
  public static final LinkSettings T2 =
      PERFECT
          .withSpikes(0.001, millis(500))
          .withUpNanosMax(millis(1))
          .withUnnoticedNanosMax(millis(2000));

  /** A bad day: the far end of every range that the real device could reach. */
  public static final LinkSettings STRESS =
      T2.withBytesPerSecond(T2_BYTES_PER_SECOND / 2)
          .withLatencyNanos(millis(2))
          .withSpikes(0.005, millis(2000))
          .withMfmBytesPerSecond(T2_BYTES_PER_SECOND / 4)
          .withLoss(0.02)
          .withCorruption(0.001)
          .withFrameErrors(0.001)
          .withFlaps(millis(60_000), millis(3000))
          .withUpNanosMax(millis(2000))
          .withUnnoticedNanosMax(millis(4000))
          .withUnseen(0.5);

  /** A bad day with what no real link does: packets twice, and in another order. */
  public static final LinkSettings HOSTILE = STRESS.withDuplicates(0.01).withReordering(0.02);

  /**
   * How quick.
   *
   * @param bytesPerSecond of packets in each direction, 0 for no limit
   * @param latencyNanos from the last byte's departure to its arrival
   * @param spikeChance that the sending side stalls before a packet
   * @param spikeNanosMax of such a stall; later packets wait behind it
   * @param mfmBytesPerSecond what the simulation sends in each direction; it goes first
   */
  public record Speed(
      long bytesPerSecond,
      long latencyNanos,
      double spikeChance,
      long spikeNanosMax,
      long mfmBytesPerSecond) {
    public Speed {
      requireAmount("bytesPerSecond", bytesPerSecond);
      requireAmount("latencyNanos", latencyNanos);
      requireChance("spikeChance", spikeChance);
      requireAmount("spikeNanosMax", spikeNanosMax);
      requireAmount("mfmBytesPerSecond", mfmBytesPerSecond);
    }

    /** What the simulation leaves to us, in bytes a second; {@link Long#MAX_VALUE} for no limit. */
    long ours() {
      return bytesPerSecond == 0 ? Long.MAX_VALUE : Math.max(0, bytesPerSecond - mfmBytesPerSecond);
    }

    /** What the simulation really gets, in bytes a second. */
    long mfms() {
      return bytesPerSecond == 0 ? mfmBytesPerSecond : Math.min(bytesPerSecond, mfmBytesPerSecond);
    }
  }

  /**
   * What becomes of single packets; each is a chance for every packet.
   *
   * @param loss that it never arrives
   * @param corruption that one to three of its bits are flipped, anywhere, and nobody notices
   * @param duplication that it arrives once more, later
   * @param reordering that it comes late, and others overtake it
   * @param lateNanosMax how late a duplicate or an overtaken packet is at the most
   */
  public record Noise(
      double loss, double corruption, double duplication, double reordering, long lateNanosMax) {
    public Noise {
      requireChance("loss", loss);
      requireChance("corruption", corruption);
      requireChance("duplication", duplication);
      requireChance("reordering", reordering);
      requireAmount("lateNanosMax", lateNanosMax);
    }

    boolean isSilent() {
      return loss == 0 && corruption == 0 && duplication == 0 && reordering == 0;
    }
  }

  /**
   * When the link is up, and when the tiles learn of it.
   *
   * @param frameErrorChance that a packet is lost and the end that should have received it goes
   *     down, for every packet
   * @param resyncNanosMax until that end is up again
   * @param flapNanosMean between two times that both ends go down by themselves, 0 for never
   * @param flapDownNanosMax until they are up again
   * @param upNanosMax from plugging a cable in until an end is up
   * @param unnoticedNanosMax from pulling a cable out until an end is down
   * @param unseenChance that a tile does not see at once that its end went down, but when it looks
   *     again a second later; where the end is up again by then, it sees nothing
   */
  public record Signal(
      double frameErrorChance,
      long resyncNanosMax,
      long flapNanosMean,
      long flapDownNanosMax,
      long upNanosMax,
      long unnoticedNanosMax,
      double unseenChance) {
    public Signal {
      requireChance("frameErrorChance", frameErrorChance);
      requireAmount("resyncNanosMax", resyncNanosMax);
      requireAmount("flapNanosMean", flapNanosMean);
      requireAmount("flapDownNanosMax", flapDownNanosMax);
      requireAmount("upNanosMax", upNanosMax);
      requireAmount("unnoticedNanosMax", unnoticedNanosMax);
      requireChance("unseenChance", unseenChance);
    }
  }

  public LinkSettings {
    requireNonNull(speed);
    requireNonNull(noise);
    requireNonNull(signal);
  }

  /** The same with this rate, 0 for no limit. */
  public LinkSettings withBytesPerSecond(long value) {
    return with(
        new Speed(
            value,
            speed.latencyNanos,
            speed.spikeChance,
            speed.spikeNanosMax,
            speed.mfmBytesPerSecond));
  }

  /** The same with this latency. */
  public LinkSettings withLatencyNanos(long value) {
    return with(
        new Speed(
            speed.bytesPerSecond,
            value,
            speed.spikeChance,
            speed.spikeNanosMax,
            speed.mfmBytesPerSecond));
  }

  /** The same with such stalls of the sending side. */
  public LinkSettings withSpikes(double chance, long nanosMax) {
    return with(
        new Speed(
            speed.bytesPerSecond, speed.latencyNanos, chance, nanosMax, speed.mfmBytesPerSecond));
  }

  /** The same with so much traffic of the simulation. */
  public LinkSettings withMfmBytesPerSecond(long value) {
    return with(
        new Speed(
            speed.bytesPerSecond,
            speed.latencyNanos,
            speed.spikeChance,
            speed.spikeNanosMax,
            value));
  }

  /** The same with this chance of loss. */
  public LinkSettings withLoss(double chance) {
    return with(
        new Noise(
            chance, noise.corruption, noise.duplication, noise.reordering, noise.lateNanosMax));
  }

  /** The same with this chance of flipped bits. */
  public LinkSettings withCorruption(double chance) {
    return with(
        new Noise(noise.loss, chance, noise.duplication, noise.reordering, noise.lateNanosMax));
  }

  /** The same with this chance of duplicates. */
  public LinkSettings withDuplicates(double chance) {
    return with(
        new Noise(noise.loss, noise.corruption, chance, noise.reordering, noise.lateNanosMax));
  }

  /** The same with this chance of being overtaken. */
  public LinkSettings withReordering(double chance) {
    return with(
        new Noise(noise.loss, noise.corruption, noise.duplication, chance, noise.lateNanosMax));
  }

  /** The same with duplicates and overtaken packets at most so late. */
  public LinkSettings withLateNanosMax(long value) {
    return with(
        new Noise(noise.loss, noise.corruption, noise.duplication, noise.reordering, value));
  }

  /** The same with this chance of frame errors. */
  public LinkSettings withFrameErrors(double chance) {
    return with(
        new Signal(
            chance,
            signal.resyncNanosMax,
            signal.flapNanosMean,
            signal.flapDownNanosMax,
            signal.upNanosMax,
            signal.unnoticedNanosMax,
            signal.unseenChance));
  }

  /** The same with both ends going down now and then, 0 as mean for never. */
  public LinkSettings withFlaps(long nanosMean, long downNanosMax) {
    return with(
        new Signal(
            signal.frameErrorChance,
            signal.resyncNanosMax,
            nanosMean,
            downNanosMax,
            signal.upNanosMax,
            signal.unnoticedNanosMax,
            signal.unseenChance));
  }

  /** The same with this time until a plugged cable is up. */
  public LinkSettings withUpNanosMax(long value) {
    return with(
        new Signal(
            signal.frameErrorChance,
            signal.resyncNanosMax,
            signal.flapNanosMean,
            signal.flapDownNanosMax,
            value,
            signal.unnoticedNanosMax,
            signal.unseenChance));
  }

  /** The same with this time until a pulled cable is noticed. */
  public LinkSettings withUnnoticedNanosMax(long value) {
    return with(
        new Signal(
            signal.frameErrorChance,
            signal.resyncNanosMax,
            signal.flapNanosMean,
            signal.flapDownNanosMax,
            signal.upNanosMax,
            value,
            signal.unseenChance));
  }

  /** The same with this chance that a tile sees late, or not at all, that its end is down. */
  public LinkSettings withUnseen(double chance) {
    return with(
        new Signal(
            signal.frameErrorChance,
            signal.resyncNanosMax,
            signal.flapNanosMean,
            signal.flapDownNanosMax,
            signal.upNanosMax,
            signal.unnoticedNanosMax,
            chance));
  }

  /** The same, as quick as it is, of which nothing is lost, changed or late, and that stays up. */
  public LinkSettings withoutNoise() {
    return PERFECT.with(speed).withSpikes(0, 0).withMfmBytesPerSecond(0);
  }

  private LinkSettings with(Speed other) {
    return new LinkSettings(other, noise, signal);
  }

  private LinkSettings with(Noise other) {
    return new LinkSettings(speed, other, signal);
  }

  private LinkSettings with(Signal other) {
    return new LinkSettings(speed, noise, other);
  }

  private static long micros(long value) {
    return TimeUnit.MICROSECONDS.toNanos(value);
  }

  private static long millis(long value) {
    return TimeUnit.MILLISECONDS.toNanos(value);
  }

  private static void requireChance(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " of " + value + ", expected 0 to 1");
    }
  }

  private static void requireAmount(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " of " + value + ", expected 0 or more");
    }
  }
}
