package dev.tilecast.transport.local;

import dev.tilecast.transport.Direction;
import dev.tilecast.transport.Link;
import dev.tilecast.transport.PacketHeader;
import dev.tilecast.transport.Switch;
import dev.tilecast.transport.Urgency;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What programs send: looked at, and handed to the links. Of the thread of the sockets. */
final class Outgoing {
  private static final int STANDARD = 0x80;
  private static final int NEVER_SENT_BITS = 0x78;

  private final Switch links;
  private final Predicate<Direction> isUp;
  private final Consumer<LocalCount> counts;

  /** What became of a packet of the simulation. */
  sealed interface Outcome {
    /** Sent, or lost as packets are where there is no link. */
    record Gone() implements Outcome {}

    /** There is no room for it yet. */
    record NoRoom() implements Outcome {}

    /** It is none. */
    record Garbage(String why) implements Outcome {}
  }

  Outgoing(Switch links, Predicate<Direction> isUp, Consumer<LocalCount> counts) {
    this.links = links;
    this.isUp = isUp;
    this.counts = counts;
  }

  /** Sends a packet of the owner of {@code service}; what is wrong with it, if it is garbage. */
  Optional<String> send(int service, byte[] packet) {
    int first = packet[0] & 0xFF;
    if ((first & STANDARD) == 0 || (first & NEVER_SENT_BITS) != 0) {
      return Optional.of(
          String.format(
              Locale.ROOT, "byte 0 is 0x%02x, expected 0x80 and the number of a direction", first));
    }
    if ((packet[1] & 0xFF) != service) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "byte 1 is 0x%02x, expected 0x%02x: this is the socket of service %d",
              packet[1] & 0xFF,
              service,
              service));
    }
    Direction to = Direction.ofCode(first);
    Optional<Link> link = links.link(to);
    if (link.isEmpty() || !link.get().carries(service)) {
      counts.accept(LocalCount.NO_LINK);
    } else if (packet.length > link.get().mtu()) {
      counts.accept(LocalCount.TOO_LONG);
    } else if (!link.get().hasRoom(service)) {
      // It would push out what waits there, of ours or of another program.
      counts.accept(LocalCount.NO_ROOM);
    } else {
      PacketHeader.toService(to, service, link.get().serviceForm()).writeInto(packet);
      counts.accept(LocalCount.PACKETS_SENT);
      links.send(to, packet, Urgency.BULK);
    }
    return Optional.empty();
  }

  /** Sends a packet of the simulation, if there is room. */
  Outcome simulate(byte[] packet) {
    int first = packet[0] & 0xFF;
    if ((first & ~PacketHeader.DIRECTION_BITS) != (STANDARD | PacketHeader.MFM)) {
      return new Outcome.Garbage(
          String.format(
              Locale.ROOT, "byte 0 is 0x%02x, expected 0xa0 and the number of a direction", first));
    }
    Direction to = Direction.ofCode(first);
    Optional<Link> link = links.link(to).filter(Link::carriesMfm);
    if (link.isEmpty() || !isUp.test(to)) {
      counts.accept(LocalCount.NO_LINK);
    } else if (packet.length > link.get().mtu()) {
      counts.accept(LocalCount.TOO_LONG);
    } else if (link.get().hasMfmRoom()) {
      counts.accept(LocalCount.PACKETS_SENT);
      links.send(to, packet, Urgency.MFM);
    } else {
      return new Outcome.NoRoom();
    }
    return new Outcome.Gone();
  }
}
