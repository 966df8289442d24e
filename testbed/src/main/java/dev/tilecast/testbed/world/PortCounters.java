package dev.tilecast.testbed.world;

/**
 * Totals of one end of a link since it was made. What an end has sent and duplicated is, once
 * nothing is on its way, in the {@code received} and {@code overrun} of whoever was at the other
 * end or in its own {@code lost}.
 *
 * @param sent packets that began to leave
 * @param sentBytes of those
 * @param received packets that arrived and found room
 * @param receivedBytes of those
 * @param refused packets of ours that found the link down or the queue full, or that a newer one
 *     pushed out of it, or that a power cut found in a queue
 * @param lost packets that left and never arrived: by noise, a cut, a frame error, an end that was
 *     down, or no cable
 * @param corrupted packets that left with flipped bits
 * @param duplicated packets that were sent once more by the link itself
 * @param reordered packets that the link let others overtake
 * @param stale packets that were queued for one neighbor and left for another
 * @param overrun packets that arrived and found the in queue of the tile full
 * @param unread packets that the tile had no reader for
 * @param frameErrors times that this end went down because of one
 * @param ups times that this end came up
 * @param mfmBytes that the simulation sent by this end
 */
public record PortCounters(
    long sent,
    long sentBytes,
    long received,
    long receivedBytes,
    long refused,
    long lost,
    long corrupted,
    long duplicated,
    long reordered,
    long stale,
    long overrun,
    long unread,
    long frameErrors,
    long ups,
    long mfmBytes) {}
