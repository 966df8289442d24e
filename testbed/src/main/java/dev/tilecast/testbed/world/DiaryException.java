package dev.tilecast.testbed.world;

/** Carries the diaries of a world beside the failure of its run. */
final class DiaryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DiaryException(String diaries) {
    super("the tiles told:\n" + diaries, null, false, false);
  }
}
