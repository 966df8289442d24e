package dev.tilecast.engine.core;

/**
 * An event as the store kept it.
 *
 * @param id ascending, never used twice
 * @param at the tile's clock when it was kept, ISO 8601 UTC; tiles have no clock battery, so only
 *     for display
 * @param event what happened
 */
public record LoggedEvent(long id, String at, TileEvent event) {}
