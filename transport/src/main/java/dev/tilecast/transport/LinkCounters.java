package dev.tilecast.transport;

/**
 * Totals of one link since it was made.
 *
 * @param dropped packets of ours that a full queue pushed out, or that found the link down
 * @param connects how often the link came up
 * @param vanished how often the far end fell silent without an end of its connection
 * @param handshakesFailed connections that came to no TLS, or not in time
 * @param foreignKeys connections of somebody with another key than the neighbor's
 */
public record LinkCounters(
    long packetsSent,
    long bytesSent,
    long packetsReceived,
    long bytesReceived,
    long dropped,
    long connects,
    long vanished,
    long handshakesFailed,
    long foreignKeys) {
  /** Totals of a link whose neighbor is a piece of hardware: there are no connections. */
  public LinkCounters(
      long packetsSent,
      long bytesSent,
      long packetsReceived,
      long bytesReceived,
      long dropped,
      long connects) {
    this(packetsSent, bytesSent, packetsReceived, bytesReceived, dropped, connects, 0, 0, 0);
  }
}
