package dev.tilecast.engine.store;

import dev.tilecast.engine.core.LiveEntry;

/**
 * A row of what was live, as kept.
 *
 * @param entry the version and its manifest's id
 * @param fileIdentity of the file in {@code live/} when it was promoted
 */
public record StoredLive(LiveEntry entry, String fileIdentity) {}
