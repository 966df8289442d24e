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
  private double bytesPerSecond;
  private double bytes;
  private long reckonedAt;
  private boolean isTold;
  private long movedAt;
  private long toldCount;

  DriverQueue(int bytesMax, int bytesPerSecond, long now) {
    this.bytesMax = bytesMax;
    this.bytesPerSecondSet = bytesPerSecond;
    this.bytesPerSecond = bytesPerSecond;
    this.reckonedAt = now;
  }

  /** Whether a packet of so many bytes may be written. */
  boolean hasRoom(int more, long now) {
    drain(now);
    return bytes + more <= bytesMax;
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
    if (!isTold) {
      return now + nanosFor(bytes + more - bytesMax);
    }
    // Half as many questions as where the next packet alone is waited for. The wire goes on
    // meanwhile: behind the driver's queue the hardware has a kilobyte of its own.
    long nanos = nanosFor(bytes);
    return reckonedAt + Math.min(LOOK_NANOS_MAX, Math.max(LOOK_NANOS_MIN, nanos));
  }

  /** Rounded up: after so long these are gone, if the rate is right. */
  private long nanosFor(double drained) {
    return (long) Math.ceil(drained * 1e9 / bytesPerSecond) + 1;
  }

  /** A packet is being handed to the driver. */
  void add(int more, long now) {
    if (bytes <= 0) {
      movedAt = now;
    }
    bytes += more;
  }

  /** Whether the driver has had something for so long, and tells that it has passed on nothing. */
  boolean hasStalled(long nanos, long now) {
    return isTold && bytes > 0 && now - movedAt >= nanos;
  }

  /** The driver did not take it. */
  void takeBack(int more) {
    bytes = Math.max(0, bytes - more);
  }

  /**
   * The driver has passed on so many bytes of services since its own start, modulo 2^32. Those of
   * other programs are among them: what is found to be less than nothing is taken for theirs.
   */
  void told(long count, long now) {
    long since = (count - toldCount) & COUNTER_MASK;
    if (isTold) {
      learnRate(since, now);
      bytes = Math.max(0, bytes - since);
      movedAt = since > 0 ? now : movedAt;
    } else {
      drain(now);
    }
    isTold = true;
    toldCount = count;
    reckonedAt = now;
  }

  /** The driver tells nothing any more. */
  void untold(long now) {
    if (isTold) {
      isTold = false;
      reckonedAt = now;
      bytesPerSecond = bytesPerSecondSet;
    }
  }

  /** The rate only says when to look again; so a wrong one delays, and does no harm. */
  private void learnRate(long since, long now) {
    if (bytes <= 0) {
      return;
    }
    if (bytes > since) {
      double seen = since * 1e9 / Math.max(1, now - reckonedAt);
      bytesPerSecond = (bytesPerSecond + seen) / 2;
    } else {
      bytesPerSecond *= 1.25;
    }
    bytesPerSecond =
        Math.min(ItcSettings.DRAIN_MOST, Math.max(ItcSettings.DRAIN_LEAST, bytesPerSecond));
  }

  private void drain(long now) {
    if (!isTold) {
      bytes = Math.max(0, bytes - (now - reckonedAt) * bytesPerSecond / 1e9);
      reckonedAt = now;
    }
  }
}
