package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import java.util.concurrent.TimeUnit;

/**
 * How the link device of one tile behaves (SCENARIOS.md, Links). A packet costs its length and one
 * byte in every queue.
 *
 * @param mtu the longest packet in bytes
 * @param form how the second byte spells a service
 * @param shared whether three directions share one queue, {ET, SE, SW} and {WT, NW, NE}, with all
 *     that follows from it; else every direction has queues of its own
 * @param outBytes of the queue that packets wait in: of a group of three where it is shared, else
 *     of each urgency of each direction
 * @param ringBytes behind a shared queue, of the ring that each direction has
 * @param ringFreeBytesMin a group stalls while one of its rings has no more than so much free
 * @param paceNanos of a shared queue: it passes one packet on at each write, and one in this time
 *     while any is left
 * @param inBytes of the one queue in which packets of all directions wait for the tile
 */
public record DeviceSettings(
    int mtu,
    ServiceForm form,
    boolean shared,
    int outBytes,
    int ringBytes,
    int ringFreeBytesMin,
    long paceNanos,
    int inBytes) {
  /** The device of a T2 tile. */
  public static final DeviceSettings T2 =
      new DeviceSettings(
          255, ServiceForm.BULK, true, 16_384, 1024, 257, TimeUnit.MILLISECONDS.toNanos(8), 16_384);

  /** The same with queues of its own for every direction, and urgent packets first. */
  public static final DeviceSettings INDEPENDENT = T2.withShared(false);

  public DeviceSettings {
    requireNonNull(form);
    if (mtu < 255 || mtu > PacketHeader.PACKET_BYTES_MAX) {
      throw new IllegalArgumentException("MTU of " + mtu + " bytes, expected 255 to 65535");
    }
    if (outBytes <= mtu || inBytes <= mtu) {
      throw new IllegalArgumentException(
          "queues of %d and %d bytes have no room for a packet of %d"
              .formatted(outBytes, inBytes, mtu));
    }
    // Else a ring could be too full to take a packet and yet not stall, or stall while empty.
    if (shared && (ringFreeBytesMin < mtu || ringBytes <= ringFreeBytesMin)) {
      throw new IllegalArgumentException(
          "rings of %d bytes that stall at %d do not suit an MTU of %d"
              .formatted(ringBytes, ringFreeBytesMin, mtu));
    }
    if (paceNanos < 0) {
      throw new IllegalArgumentException("a pace of " + paceNanos + " ns");
    }
  }

  /** The same, with shared queues or without. */
  public DeviceSettings withShared(boolean value) {
    return new DeviceSettings(
        mtu, form, value, outBytes, ringBytes, ringFreeBytesMin, paceNanos, inBytes);
  }

  /** The same with this MTU. */
  public DeviceSettings withMtu(int value) {
    return new DeviceSettings(
        value, form, shared, outBytes, ringBytes, ringFreeBytesMin, paceNanos, inBytes);
  }

  /** The same with an out queue of so many bytes. */
  public DeviceSettings withOutBytes(int value) {
    return new DeviceSettings(
        mtu, form, shared, value, ringBytes, ringFreeBytesMin, paceNanos, inBytes);
  }

  /** The same with an in queue of so many bytes. */
  public DeviceSettings withInBytes(int value) {
    return new DeviceSettings(
        mtu, form, shared, outBytes, ringBytes, ringFreeBytesMin, paceNanos, value);
  }

  /** The same with this pace. */
  public DeviceSettings withPaceNanos(long value) {
    return new DeviceSettings(
        mtu, form, shared, outBytes, ringBytes, ringFreeBytesMin, value, inBytes);
  }
}
