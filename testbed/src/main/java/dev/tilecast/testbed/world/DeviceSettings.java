package dev.tilecast.testbed.world;

import static java.util.Objects.requireNonNull;

import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.ServiceForm;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How the link device of one tile behaves (SCENARIOS.md, Links). A packet costs its length and one
 * byte in every queue.
 *
 * @param mtu the longest packet in bytes
 * @param form how the second byte spells a service
 * @param outBytes of the queue that packets wait in: of a group of three directions where it is
 *     shared, else of each urgency of each direction
 * @param inBytes of the one queue in which packets of all directions wait for the tile
 * @param shared what follows from the sharing, or empty where every direction has its own queues
 */
public record DeviceSettings(
    int mtu, ServiceForm form, int outBytes, int inBytes, Optional<Shared> shared) {
  /** The device of a T2 tile. */
  public static final DeviceSettings T2 =
      new DeviceSettings(
          255,
          ServiceForm.BULK,
          16_384,
          16_384,
          Optional.of(new Shared(1024, 257, TimeUnit.MILLISECONDS.toNanos(8), 16)));

  /** The same with queues of its own for every direction, and urgent packets first. */
  public static final DeviceSettings INDEPENDENT =
      new DeviceSettings(T2.mtu, T2.form, T2.outBytes, T2.inBytes, Optional.empty());

  /**
   * How packets get on from a queue that {ET, SE, SW} share, and from the one of {WT, NW, NE}.
   *
   * @param ringBytes of the ring that each direction has
   * @param ringFreeBytesMin all three directions stall while one ring has no more than so much free
   * @param paceNanos the driver hands over one packet at each write, and one in this time while any
   *     is left
   * @param handedOverMax packets that are handed over and in no ring yet
   */
  public record Shared(int ringBytes, int ringFreeBytesMin, long paceNanos, int handedOverMax) {
    public Shared {
      if (paceNanos < 0 || handedOverMax < 1) {
        throw new IllegalArgumentException(
            "a pace of " + paceNanos + " ns and " + handedOverMax + " packets handed over");
      }
    }
  }

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
    int longest = mtu;
    shared.ifPresent(group -> requireSuitable(group, longest));
  }

  /** The same with this MTU. */
  public DeviceSettings withMtu(int value) {
    return new DeviceSettings(value, form, outBytes, inBytes, shared);
  }

  /** The same with an out queue of so many bytes. */
  public DeviceSettings withOutBytes(int value) {
    return new DeviceSettings(mtu, form, value, inBytes, shared);
  }

  /** The same with an in queue of so many bytes. */
  public DeviceSettings withInBytes(int value) {
    return new DeviceSettings(mtu, form, outBytes, value, shared);
  }

  /** The same with queues shared in this way. */
  public DeviceSettings withShared(Shared value) {
    return new DeviceSettings(mtu, form, outBytes, inBytes, Optional.of(value));
  }

  private static void requireSuitable(Shared group, int mtu) {
    // Else a ring could be too full to take a packet and yet not stall, or stall while empty.
    if (group.ringFreeBytesMin < mtu || group.ringBytes <= group.ringFreeBytesMin) {
      throw new IllegalArgumentException(
          "rings of %d bytes that stall at %d do not suit an MTU of %d"
              .formatted(group.ringBytes, group.ringFreeBytesMin, mtu));
    }
  }
}
