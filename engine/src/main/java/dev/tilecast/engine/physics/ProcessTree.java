package dev.tilecast.engine.physics;

import java.util.LinkedHashSet;
import java.util.Set;

/** A command and everything that it started and that still hangs on it. */
final class ProcessTree {
  private static final int ROUNDS_MAX = 5;

  private ProcessTree() {}

  /**
   * Kills {@code process} and its descendants, without asking them. A descendant whose own parent
   * has ended no longer hangs on the tree and is not found.
   */
  static void kill(Process process) {
    Set<ProcessHandle> found = new LinkedHashSet<>();
    found.add(process.toHandle());
    // Whoever was about to fork when it was listed is caught in the next round.
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Set<ProcessHandle> all = new LinkedHashSet<>(found);
      found.forEach(handle -> handle.descendants().forEach(all::add));
      all.forEach(ProcessHandle::destroyForcibly);
      if (!found.addAll(all)) {
        return;
      }
    }
  }
}
