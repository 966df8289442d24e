package dev.tilecast.engine.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tilecast.engine.message.Bytes;

/**
 * What a tile is told once, before its first step.
 *
 * @param tileId 16 random bytes, kept for the life of the home
 * @param bootId drawn at random at each start
 * @param group the grid's name; tiles of another group exchange nothing with this one
 * @param limits the bounds
 * @param scrubNanos within how long all of {@code live/} is read again; 0 for never
 */
public record TileSettings(
    Bytes tileId, long bootId, String group, Limits limits, long scrubNanos) {
  private static final int ID_BYTES = 16;

  /** A tile that scrubs as often as one does by default. */
  public TileSettings(Bytes tileId, long bootId, String group, Limits limits) {
    this(tileId, bootId, group, limits, Limits.SCRUB_NANOS);
  }

  public TileSettings {
    if (tileId.length() != ID_BYTES) {
      throw new IllegalArgumentException("a tile id of " + tileId.length() + " bytes");
    }
  }

  /** What HELLO says of the group: the first 16 bytes of the SHA-256 of its name in UTF-8. */
  public Bytes groupId() {
    return Bytes.sha256(group.getBytes(UTF_8)).prefix(ID_BYTES);
  }
}
