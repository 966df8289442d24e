package dev.tilecast.testbed.world;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** An instant inside the work of a tile at which its power can be made to go. */
public enum CutPoint {
  /** The core has decided, nothing is saved. */
  BEFORE_COMMIT,
  /** Rows are committed, nothing is sent. */
  AFTER_COMMIT,
  /** Some effects of a batch are carried out, some are not. */
  WHILE_SENDING,
  /** In a promotion: the staged bytes are synced. */
  AFTER_STAGED_SYNC,
  /** In a promotion: the old version is in the archive. */
  AFTER_ARCHIVE,
  /** In a promotion: renamed into live, the folder not synced. */
  AFTER_RENAME,
  /** In a promotion: the folders are synced, no mark is written. */
  AFTER_FOLDER_SYNC,
  /** In a promotion: the mark is written, no row yet. */
  AFTER_MARK;

  /**
   * Where the work of a tile on a folder can be cut; inside a promotion it cannot, that is one
   * piece of slow work.
   */
  public static final Set<CutPoint> ON_FOLDERS =
      Collections.unmodifiableSet(
          EnumSet.of(BEFORE_COMMIT, AFTER_COMMIT, WHILE_SENDING, AFTER_MARK));

  /** As scenarios spell it. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The point that scenarios spell so. */
  public static Optional<CutPoint> ofWords(String words) {
    for (CutPoint point : values()) {
      if (point.words().equals(words)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }
}
