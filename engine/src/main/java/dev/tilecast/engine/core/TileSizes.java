package dev.tilecast.engine.core;

/**
 * How much a tile keeps in memory of what others can make it keep: what {@link Limits} bounds. Of
 * the same state as a {@link TileReport}, and cheap enough to be looked at after every turn.
 *
 * @param running transfers that take a slot
 * @param runningMax how many may: one more while one runs that was taken over beyond the last slot
 * @param parked transfers that wait with what they have
 * @param live names
 * @param refusals that a report shows
 * @param claims of the neighbor that has most of them, with those behind others
 * @param windowPackets of the neighbor with the widest window
 */
public record TileSizes(
    int running,
    int runningMax,
    int parked,
    int live,
    int refusals,
    int claims,
    int windowPackets) {}
