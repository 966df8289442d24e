package dev.tilecast.transport.itc;

import java.util.concurrent.TimeUnit;

/**
 * How many bytes of ours the driver still has for one direction, so that there are never more than
 * a set number: what MFM may have to wait for (PACKETS.md, ITC). Where the driver tells how many
 * bytes it has passed on, that counts; where it does not, a bucket that empties at a set rate is
 * all there is. Not thread-safe.
 */
final class DriverQueue {
  /** The driver cannot be asked more often: an answer costs a system call or three. */
  static final long LOOK_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

  /** Nor need it be asked more seldom while something waits. */
  static final long LOOK_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long COUNTER_MASK = 0xFFFF_FFFFL;

  private final int bytesMax;
  private final int bytesPerSecondSet;

  /** Written while the driver tells, and by what it tells not passed on. */
  private double counted;

  /** Written while it did not tell, or before it ceased to: nothing that it tells is of these. */
  private double reckoned;

  private long reckonedAt;
  private double bytesPerSecondSeen;
  private boolean isTold;
  private long toldCount;
  private long toldAt;
  private long movedAt;

  DriverQueue(int bytesMax, int bytesPerSecond, long now) {
    this.bytesMax = bytesMax;
    this.bytesPerSecondSet = bytesPerSecond;
    this.bytesPerSecondSeen = bytesPerSecond;
    this.reckonedAt = now;
  }

  /** Whether a packet of so many bytes may be written. */
  boolean hasRoom(int more, long now) {
    drain(now);
    return counted + reckoned + more <= bytesMax;
  }

  /**
   * When to see whether there is room for so many bytes: now, where there is. Where the driver
   * tells, that is the instant at which it may have changed its mind: {@link #told} must be called
   * before there is room.
   */
  long readyAt(int more, long now) {
    if (hasRoom(more, now)) {
      return now;
    }
    if (!isTold || counted + more <= bytesMax) {
      return now + nanosFor(counted + reckoned + more - bytesMax, bytesPerSecondSet);
    }
    // Half as many questions as where the next packet alone is waited for. The wire goes on
    // meanwhile: behind the driver's queue the hardware has a kilobyte of its own.
    long nanos = nanosFor(counted, bytesPerSecondSeen);
    return toldAt + Math.min(LOOK_NANOS_MAX, Math.max(LOOK_NANOS_MIN, nanos));
  }

  /** Rounded up: after so long these are gone, if the rate is right. */
  private static long nanosFor(double drained, double bytesPerSecond) {
    return (long) Math.ceil(drained * 1e9 / bytesPerSecond) + 1;
  }

  /** A packet is being handed to the driver. */
  void add(int more, long now) {
    drain(now);
    if (!isTold) {
      reckoned += more;
      return;
    }
    if (counted <= 0) {
      movedAt = now;
    }
    counted += more;
  }

  /** Whether the driver has had something for so long, and tells that it has passed on nothing. */
  boolean hasStalled(long nanos, long now) {
    return counted > 0 && now - movedAt >= nanos;
  }

  /** The driver did not take it. */
  void takeBack(int more) {
    double ofCounted = Math.min(counted, more);
    counted -= ofCounted;
    reckoned = Math.max(0, reckoned - (more - ofCounted));
  }

  /**
   * The driver has passed on so many bytes of services since its own start, modulo 2^32. Those of
   * other programs are among them: what is found to be less than nothing is taken for theirs.
   */
  void told(long count, long now) {
    if (isTold) {
      long since = (count - toldCount) & COUNTER_MASK;
      learnRate(since, now);
      counted = Math.max(0, counted - since);
      movedAt = since > 0 ? now : movedAt;
    }
    isTold = true;
    toldCount = count;
    toldAt = now;
  }

  /**
   * The driver tells nothing any more. What it tells when it begins again is no answer for what it
   * has now, which it may pass on meanwhile: that is reckoned to its end.
   */
  void untold(long now) {
    drain(now);
    reckoned += counted;
    counted = 0;
    isTold = false;
    bytesPerSecondSeen = bytesPerSecondSet;
  }

  /** The rate only says when to look again; so a wrong one delays, and does no harm. */
  private void learnRate(long since, long now) {
    if (counted <= 0) {
      return;
    }
    if (counted > since) {
      double seen = since * 1e9 / Math.max(1, now - toldAt);
      bytesPerSecondSeen = (bytesPerSecondSeen + seen) / 2;
    } else {
      bytesPerSecondSeen *= 1.25;
    }
    bytesPerSecondSeen =
        Math.min(ItcSettings.DRAIN_MOST, Math.max(ItcSettings.DRAIN_LEAST, bytesPerSecondSeen));
  }

  private void drain(long now) {
    reckoned = Math.max(0, reckoned - (now - reckonedAt) * (double) bytesPerSecondSet / 1e9);
    reckonedAt = now;
  }
}
