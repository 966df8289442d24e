package dev.tilecast.testbed.world;

import java.util.Arrays;

/**
 * Packets in a row, each with a number that its owner gives a meaning. A packet costs its length
 * and one byte, as in the queues of the real device.
 */
final class PacketRing {
  private static final byte[] NOTHING = {};

  private byte[][] packets = new byte[8][];
  private long[] tags = new long[8];
  private int first;
  private int count;
  private int cost;

  /** Bytes that {@code packet} takes in a queue. */
  static int costOf(byte[] packet) {
    return packet.length + 1;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  /** Bytes that all packets take together. */
  int cost() {
    return cost;
  }

  void add(byte[] packet, long tag) {
    if (count == packets.length) {
      grow();
    }
    int at = (first + count) & (packets.length - 1);
    packets[at] = packet;
    tags[at] = tag;
    count++;
    cost += costOf(packet);
  }

  byte[] first() {
    return packets[first];
  }

  long firstTag() {
    return tags[first];
  }

  byte[] remove() {
    if (count == 0) {
      throw new IllegalStateException("no packet to remove");
    }
    byte[] packet = packets[first];
    packets[first] = NOTHING;
    first = (first + 1) & (packets.length - 1);
    count--;
    cost -= costOf(packet);
    return packet;
  }

  /** Forgets all packets; says how many there were. */
  int clear() {
    int before = count;
    Arrays.fill(packets, NOTHING);
    first = 0;
    count = 0;
    cost = 0;
    return before;
  }

  private void grow() {
    byte[][] oldPackets = packets;
    long[] oldTags = tags;
    packets = new byte[2 * count][];
    tags = new long[2 * count];
    for (int i = 0; i < count; i++) {
      int from = (first + i) & (count - 1);
      packets[i] = oldPackets[from];
      tags[i] = oldTags[from];
    }
    first = 0;
  }
}
