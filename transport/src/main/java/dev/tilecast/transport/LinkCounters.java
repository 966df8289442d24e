package dev.tilecast.transport;

/**
 * Totals of one link since it was made.
 *
 * @param dropped packets of ours that a full queue pushed out, or that found the link down
 * @param connects how often the link came up
 */
public record LinkCounters(
    long packetsSent,
    long bytesSent,
    long packetsReceived,
    long bytesReceived,
    long dropped,
    long connects) {}
