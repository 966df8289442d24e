package dev.tilecast.transport;

import java.io.Closeable;
import java.util.Map;

/**
 * The path to the neighbor in one direction, up or down. Carries whole packets, in order or not,
 * perhaps losing some; knows nothing of what they mean.
 */
public interface Link extends Closeable {
  /** The direction that this link leads to. */
  Direction direction();

  /** The longest packet that this link carries, in bytes, both header bytes included. */
  int mtu();

  /** How the second byte of this link's packets spells a service number. */
  ServiceForm serviceForm();

  /**
   * Whether packets of {@code service} may be sent here. On a link that other programs use, too,
   * some numbers are theirs.
   */
  default boolean carries(int service) {
    return service >= 1 && service <= ServiceForm.SERVICE_MAX;
  }

  /** Begins to connect, and tells {@code events} from now on, from a thread of the link's own. */
  void start(LinkEvents events);

  /**
   * Queues a packet and returns at once. Where the queue of its urgency is full, the oldest packet
   * in it is dropped and counted; while the link is down, the packet itself is.
   *
   * @param packet 2 to {@link #mtu()} bytes; must not be changed afterwards
   */
  void send(byte[] packet, Urgency urgency);

  /**
   * Whether a {@link Urgency#BULK} packet of {@code service} that is queued now would push out none
   * of its own. Who makes such packets with effort, by reading a disk, asks first; what is not made
   * is asked for again.
   */
  boolean hasRoom(int service);

  /**
   * Whether packets of the simulation may be sent here: on some links they have a way of their own.
   */
  default boolean carriesMfm() {
    return true;
  }

  /** Whether a packet of the simulation that is queued now would push none out. */
  boolean hasMfmRoom();

  /**
   * Says whether packets of the simulation may come at any time from now on. A link that gathers
   * packets for speed ceases to, so that each waits for one packet of ours at most; others need do
   * nothing.
   */
  default void expectMfm(boolean expected) {}

  /** What has gone through and what was dropped, since the start. */
  LinkCounters counters();

  /** What else a link of this kind counts (ARCHITECTURE.md, Counters); most kinds nothing. */
  default Map<String, Long> furtherCounters() {
    return Map.of();
  }

  /** Ends all threads of the link; no event comes afterwards. */
  @Override
  void close();
}
