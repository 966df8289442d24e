package dev.tilecast.engine.core;

import dev.tilecast.transport.Direction;

/**
 * One neighbor as the source of one transfer.
 *
 * @param offers whether it still does; if not, bytes of it came earlier
 * @param able whether it could deliver something that is lacking here, or did within the last
 *     second
 * @param whole whether it claims to have all of it
 * @param chunksHeld that it has spoken of, where it has only a part
 * @param chunksOfUse of those, lacking here
 * @param gainedNanosAgo since it last spoke of one more; negative where it is whole or was silent
 * @param pulledBytes that came from it
 * @param cameNanosAgo since the last of them; negative if none came
 * @param bytesPerSecond of late
 * @param linkBytesPerSecond the most that it has kept up, of all transfers together; 0 while it is
 *     not measured
 * @param inFlight packets of this transfer that it was asked for
 * @param avoidedNanos for how long it is not asked, since it gave wrong bytes; 0 if it is asked
 */
public record TransferSource(
    Direction direction,
    boolean offers,
    boolean able,
    boolean whole,
    int chunksHeld,
    int chunksOfUse,
    long gainedNanosAgo,
    long pulledBytes,
    long cameNanosAgo,
    long bytesPerSecond,
    long linkBytesPerSecond,
    int inFlight,
    long avoidedNanos) {}
