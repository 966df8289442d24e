package dev.tilecast.testbed.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Whether daemons are warm: what they do most is compiled, and compiling takes next to nothing of
 * their processor time any more. Where the system does not tell, nobody knows.
 */
final class Warmth {
  /** Of a hundred seconds of processor time, in the warm. */
  private static final double COMPILING_PERCENT_MAX = 2;

  private final int window;
  private final Deque<ProcessorTime> times = new ArrayDeque<>();

  /**
   * Nothing is known yet.
   *
   * @param window over so many files compiling must take next to nothing
   */
  Warmth(int window) {
    this.window = window;
  }

  /** Takes what was used since the daemons began: before the first file, and then after each. */
  void look(Optional<ProcessorTime> time) {
    if (time.isEmpty()) {
      times.clear();
      return;
    }
    times.add(time.get());
    if (times.size() > window + 1) {
      times.remove();
    }
  }

  /** Whether the daemons are warm. */
  boolean isReached() {
    return times.size() > window
        && times.getLast().since(times.getFirst()).compilingPercent() <= COMPILING_PERCENT_MAX;
  }
}
