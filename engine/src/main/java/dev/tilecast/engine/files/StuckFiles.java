package dev.tilecast.engine.files;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Files of the inbox that were judged but could not be cleared away. Copying and judging one again
 * at every look would wear the disk out, and change nothing.
 */
final class StuckFiles {
  /** One is left alone for this long, or until it changes. */
  private static final long STUCK_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Map<String, Stuck> stuck = new LinkedHashMap<>();

  /**
   * A file as it was when clearing it away failed, without the ctime, since what was set aside and
   * put back is no other file; and the first look after that.
   */
  private record Stuck(String identity, OptionalLong sinceNanos) {}

  /** Moves or deletes a file. */
  interface Clearing {
    Object run() throws IOException;
  }

  /** Runs {@code clearing} of the file {@code fileName}, which is stuck where that fails. */
  void clear(String fileName, String identity, Clearing clearing) throws IOException {
    boolean cleared = false;
    try {
      clearing.run();
      cleared = true;
    } finally {
      if (!cleared) {
        stuck.put(fileName, new Stuck(FileIdentity.wherever(identity), OptionalLong.empty()));
      }
    }
  }

  /** Whether what lies under {@code fileName} now is stuck; to be asked at each look. */
  boolean isLeftAlone(String fileName, String identity, long nowNanos) {
    Stuck before = stuck.get(fileName);
    if (before == null) {
      return false;
    }
    if (before.identity.equals(FileIdentity.wherever(identity))) {
      if (before.sinceNanos.isEmpty()) {
        stuck.put(fileName, new Stuck(before.identity, OptionalLong.of(nowNanos)));
        return true;
      }
      if (nowNanos - before.sinceNanos.getAsLong() < STUCK_NANOS) {
        return true;
      }
    }
    stuck.remove(fileName);
    return false;
  }

  /** Forgets all but {@code present}. */
  void retain(Set<String> present) {
    stuck.keySet().retainAll(present);
  }
}
