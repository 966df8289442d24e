package dev.tilecast.transport.local;

import java.util.Locale;

/** What is counted of the programs on this tile (PACKETS.md, Sockets for programs). */
enum LocalCount {
  /** Connections that were taken. */
  PROGRAMS,
  /** Connections that were closed with a reason, at once or because of what they sent. */
  PROGRAMS_REFUSED,
  /** Packets of programs that went to a link. */
  PACKETS_SENT,
  /** Packets and events that were queued for a program. */
  PACKETS_RECEIVED,
  /** Packets and events that a slow reader has missed. */
  MISSED,
  /** Packets of programs toward a direction that has no link, or none that carries them. */
  NO_LINK,
  /** Packets of programs that are longer than the MTU of their link. */
  TOO_LONG,
  /** Packets of programs for which the link had no room. */
  NO_ROOM;

  private final String counter = "local_" + name().toLowerCase(Locale.ROOT);

  /** The name of the counter in a report. */
  String counter() {
    return counter;
  }
}
