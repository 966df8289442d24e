package dev.tilecast.testbed.disk;

import java.util.Locale;
import java.util.Optional;

/** What a power cut leaves of that which was not synced. */
public enum Survival {
  /** Nothing. */
  LOST,
  /** Every name, and no byte: the file that was renamed into place is empty. */
  NAMES,
  /** Every byte, and no name: the old name still stands, the new one does not. */
  BYTES,
  /** Everything, up to and with the part of the last write. */
  KEPT,
  /** A drawn selection of operations and sectors, in whatever order the disk liked. */
  REORDERED;

  /** As it is typed. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that {@code text} spells. */
  public static Optional<Survival> ofText(String text) {
    for (Survival survival : values()) {
      if (survival.text().equals(text)) {
        return Optional.of(survival);
      }
    }
    return Optional.empty();
  }
}
