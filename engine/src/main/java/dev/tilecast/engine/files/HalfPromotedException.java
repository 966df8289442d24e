package dev.tilecast.engine.files;

import java.io.IOException;

/**
 * A promotion failed after the rename: the new file, whole, is in {@code live/}, but nothing may be
 * promised of it. The daemon stops, and its next start sees what the disk kept.
 */
public final class HalfPromotedException extends IOException {
  private static final long serialVersionUID = 1;

  HalfPromotedException(String message, IOException cause) {
    super(message, cause);
  }
}
